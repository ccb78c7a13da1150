// node docs/clients/fetch.mjs http://127.0.0.1:4000 [token]
const [url, token] = process.argv.slice(2);
class Refused extends Error {}

async function post(path, query, signal, headers) {
  const authorization = token && { authorization: `Bearer ${token}` };
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: JSON.stringify({ query }),
    signal,
  });
  if (response.status >= 400 && response.status < 500) throw new Refused(await response.text());
  return response;
}

/** Shows a list, then its changes, each once and in order, whatever happens to the connection. */
async function watch(list, changes, show) {
  for (let id = null; ; await new Promise((done) => setTimeout(done, Math.random() * 2_000))) {
    const dead = new AbortController();
    let late = setTimeout(() => dead.abort(), 60_000);
    try {
      if (id === null) {
        const { data } = await (await post('/graphql', list, dead.signal)).json();
        show(data);
        id = data.list.liveFrom;
      }
      const { body } = await post('/graphql/stream', changes, dead.signal, { 'last-event-id': id });
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
  '{ list: streamSessions(filter: { state: { eq: LIVE } }) { liveFrom nodes { sequence } } }',
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
