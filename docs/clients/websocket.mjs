// node docs/clients/websocket.mjs http://127.0.0.1:4000 [token]
import { createClient } from 'graphql-ws';
import WebSocket from 'ws'; // Browsers have their own: omit this line, Socket, and webSocketImpl.

const [url, token] = process.argv.slice(2);
// A connection may die while it is opened: then nothing else ends the attempt.
class Socket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { handshakeTimeout: 10_000 });
  }
}
let socket, late;
const client = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: Socket,
  connectionAckWaitTimeout: 10_000,
  connectionParams: token && { authorization: `Bearer ${token}` },
  retryAttempts: Infinity,
  retryWait: (times) => new Promise((done) => setTimeout(done, Math.random() * Math.min(30_000, 500 * 2 ** times))),
  // If nothing listens, there is an error without a code. Only with a wrong token is it useless to retry.
  shouldRetry: ({ code }) => code !== 4403,
  // A dead connection is silent; a ping detects it.
  keepAlive: 20_000,
  on: {
    opened: (opened) => (socket = opened),
    ping: () => (late = setTimeout(() => socket.close(4408, 'no pong'), 10_000)),
    pong: () => clearTimeout(late),
    closed: () => clearTimeout(late),
  },
});

/** A list with all its pages. What changes while they are read is sent after `liveFrom` of the first one. */
async function readList(query) {
  let all, page;
  do {
    const variables = { after: page?.endCursor };
    const { data, errors } = (await client.iterate({ query, variables }).next()).value;
    if (errors) throw new Error(errors[0].message);
    if (all) all.nodes.push(...data.list.nodes);
    else all = data.list;
    page = data.list.pageInfo;
  } while (page?.hasNextPage);
  return all;
}

/** Shows a list, then its changes, each once and in order, whatever happens to the connection. */
async function watch(list, changes, show) {
  for (;;) {
    let all;
    try {
      all = await readList(list);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      console.error(`${error.message} Retrying.`);
      await new Promise((done) => setTimeout(done, 2_000));
      continue;
    }
    show({ list: all });
    const variables = { after: all.liveFrom };
    const next = ({ data }) => {
      if (data) show(data);
      // When graphql-ws reconnects, it sends the variables as they are then.
      variables.after = data?.change.cursor ?? variables.after;
    };
    const errors = await new Promise((error) => {
      client.subscribe({ query: changes, variables }, { next, error, complete() {} });
    });
    if (!['RESYNC', 'CURSOR_INVALID'].includes(errors[0]?.extensions.code)) throw errors;
  }
}

const print = (data) => console.log(JSON.stringify(data));
watch(
  `query ($after: Cursor) {
    list: streamSessions(filter: { state: { eq: LIVE } }, first: 100, after: $after) {
      liveFrom nodes { sequence } pageInfo { hasNextPage endCursor }
    }
  }`,
  `subscription ($after: Cursor) {
    change: streamSessionChanged(filter: { state: { eq: LIVE } }, left: true, after: $after) {
      cursor matches streamSession { sequence }
    }
  }`,
  print,
);
watch(
  '{ list: callbacks(first: 1) { liveFrom } }',
  'subscription ($after: Cursor) { change: callbackRecorded(after: $after) { cursor callback { position } } }',
  print,
);
