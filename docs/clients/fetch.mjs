// node docs/clients/fetch.mjs http://127.0.0.1:4000 [token]
const [url, token] = process.argv.slice(2);
class Refused extends Error {}

async function post(path, operation, signal, headers) {
  const authorization = token && { authorization: `Bearer ${token}` };
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: JSON.stringify(operation),
    signal,
  });
  if (response.status >= 400 && response.status < 500) throw new Refused(await response.text());
  return response;
}

/** A list with all its pages. What changes while they are read is sent after `liveFrom` of the first one. */
async function readList(query, signal) {
  let all, page;
  do {
    const variables = { after: page?.endCursor };
    const { data, errors } = await (await post('/graphql', { query, variables }, signal)).json();
    if (errors) throw new Error(errors[0].message);
    if (all) all.nodes.push(...data.list.nodes);
    else all = data.list;
    page = data.list.pageInfo;
  } while (page?.hasNextPage);
  return all;
}

/** Shows a list, then its changes, each once and in order, whatever happens to the connection. */
async function watch(list, changes, show) {
  for (let id = null; ; await new Promise((done) => setTimeout(done, Math.random() * 2_000))) {
    const dead = new AbortController();
    let late = setTimeout(() => dead.abort(), 60_000);
    try {
      if (id === null) {
        const all = await readList(list, dead.signal);
        show({ list: all });
        id = all.liveFrom;
      }
      const { body } = await post('/graphql/stream', { query: changes }, dead.signal, { 'last-event-id': id });
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = '', read; !(read = await reader.read()).done;) {
        // Heartbeats arrive every 25 seconds. A connection that is silent for longer is dead.
        clearTimeout(late);
        late = setTimeout(() => dead.abort(), 60_000);
        const events = (text + read.value).split('\n\n');
        text = events.pop();
        for (const event of events) {
          const { data, errors } = JSON.parse(/^data: (.+)$/m.exec(event)?.[1] ?? '{}');
          if (data) show(data);
          id = /^id: (.+)$/m.exec(event)?.[1] ?? id;
          if (['RESYNC', 'CURSOR_INVALID'].includes(errors?.[0].extensions.code)) id = null;
        }
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      console.error(`${error.message}: retrying`);
    } finally {
      clearTimeout(late);
    }
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
