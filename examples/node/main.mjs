// node main.mjs http://127.0.0.1:4000 [token] [websocket]
import { setTimeout as pause } from 'node:timers/promises';
import { openLedger } from '@live-ledger/core';
import { webSocket } from '@live-ledger/core/web-socket';
import WebSocket from 'ws'; // Node 22 has its own.

const [url, token, transport] = process.argv.slice(2);
const ledger = openLedger({
  url,
  token,
  ...(transport === 'websocket' && { transport: (to) => webSocket(to, { webSocketImpl: WebSocket }) }),
});
const print = (value) => console.log(JSON.stringify(value));
const fail = (error) => {
  console.error(`${error.code}: ${error.message}`);
  process.exit(1);
};

// A live list: all live sessions, again whenever one begins, changes or ends.
ledger.follow(
  {
    query: `query ($after: Cursor) {
      streamSessions(filter: { state: { eq: LIVE } }, first: 100, after: $after) {
        liveFrom nodes { id sequence } pageInfo { hasNextPage endCursor }
      }
    }`,
    changes: `subscription ($after: Cursor) {
      streamSessionChanged(filter: { state: { eq: LIVE } }, left: true, after: $after) {
        cursor matches streamSession { id sequence }
      }
    }`,
  },
  {
    next: ({ data }) => print({ live: data.streamSessions.nodes.map(({ sequence }) => sequence) }),
    error: fail,
  },
);

// Every callback from now on, each once.
let from;
while (from === undefined) {
  const answer = await ledger.execute({ query: '{ callbacks(first: 1) { liveFrom } }' }).catch(() => null);
  from = answer?.data?.callbacks?.liveFrom;
  if (from === undefined) await pause(1_000);
}
print({ from });
ledger.subscribe(
  {
    query: 'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor position } }',
    variables: { after: from },
  },
  { next: ({ data }) => print({ callback: data.callbackRecorded.position }), error: fail },
);
