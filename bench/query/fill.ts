import { setTimeout as wait } from 'node:timers/promises';
import { history } from '../callback-history.ts';
import { openPosting } from '../live/posting.ts';

/** Share of relay tasks' callbacks: large enough for more than fifty tasks. */
const relayShare = 0.3;

/** Sends `events` callbacks to the product, and waits until they are projected. */
export async function fill(port: number, events: number): Promise<void> {
  const requests = [...history({ events, relayShare })].map(({ event: { data } }) => {
    const body = Buffer.from(data).toString();
    const head = `POST /callbacks/css HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${data.byteLength}\r\n\r\n`;
    return { text: head + body, key: '' };
  });
  const posting = await openPosting({
    port,
    connections: 64,
    next: () => requests.pop() ?? fail(),
    onAcknowledged: () => undefined,
  });
  while (posting.acknowledged() < events) {
    while (requests.length > 0 && posting.post());
    await wait(1);
  }
  posting.end();
  while (await lagsBehind(port)) await wait(50);
}

function fail(): never {
  throw new Error('There are no more callbacks.');
}

async function lagsBehind(port: number): Promise<boolean> {
  const answer = JSON.parse(await askOnce(port, JSON.stringify({ query: '{ projections { lagEvents } }' }))) as {
    data: { projections: { lagEvents: number | null }[] };
  };
  return answer.data.projections.some(({ lagEvents }) => lagEvents !== 0);
}

/** The text of an answer. */
export async function askOnce(port: number, body: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`A query was answered ${answer.status}: ${text}`);
  return text.trimEnd();
}
