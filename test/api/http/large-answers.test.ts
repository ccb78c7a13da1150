import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { largeAnswerBytesMin, unreadBytesMax } from '../../../src/connections/limits.ts';
import { answerBytesMax } from '../../../src/api/execution/execute.ts';
import { askUntil } from '../../support/ask-until.ts';
import { connectLive } from '../../support/live-socket.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

/** The schema itself is what a test can ask much of: no rows are needed. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const often = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** Some 7 MB: more than the buffers of a connection take. */
const large = `{ __schema { types { fields { ${often(100, (index) => `${'a'.repeat(60)}${index}: description`)} } } } }`;
const largeBytesLeast = 6_000_000;

/** More than one answer may have, though it touches fewer nodes than it may. */
const tooLarge = `__schema { types { fields { ${often(100, (index) => `${'a'.repeat(260)}${index}: description`)} } } }`;

const unreadBytes = () => scrapeSample(running.app.url, 'live_ledger_unread_answer_bytes');

const codeOf = ({ errors }: Pick<GraphqlAnswer, 'errors'>) => errors?.[0]?.extensions['code'];

test.each([
  ['whole', `{ ${tooLarge} }`],
  ['although a field fails', `{ streamSessions(after: "x") { liveFrom } ${tooLarge} }`],
])('an answer of more than 16 MiB is an error instead, %s, also for a document that is known', async (_by, query) => {
  for (let time = 0; time < 2; time += 1) {
    const answer = await running.ask(query);
    expect([answer.status, codeOf(answer), answer.data]).toEqual([400, 'OPERATION_TOO_COSTLY', undefined]);
    expect(answer.errors?.[0]?.message).toContain(String(answerBytesMax));
  }
});

test('so it is on an event stream and on a WebSocket', async () => {
  const query = `{ ${tooLarge} }`;
  const streamed = await fetch(`${running.app.url}/graphql/stream?query=${encodeURIComponent('{ __typename }')}`);
  expect(streamed.status).toBe(200);
  const answer = await fetch(`${running.app.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const [, data = '{}'] = /^data: (.*)$/m.exec(await answer.text()) ?? [];
  expect(codeOf(JSON.parse(data) as GraphqlAnswer)).toBe('OPERATION_TOO_COSTLY');
  const socket = await connectLive(running.app.url);
  socket.subscribe('1', query);
  const payload = await socket.until((messages) => messages.find(({ type }) => type === 'next')?.payload);
  expect(codeOf(payload as GraphqlAnswer)).toBe('OPERATION_TOO_COSTLY');
  await socket.close();
});

test('a large answer is sent whole, with its length', async () => {
  const expected = JSON.stringify((await running.ask(large)).data);
  expect(expected.length).toBeGreaterThan(largeBytesLeast);
  const answer = await fetch(`${running.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: JSON.stringify({ query: large }),
  });
  const text = await answer.text();
  expect(JSON.stringify((JSON.parse(text) as GraphqlAnswer).data)).toBe(expected);
  expect(Number(answer.headers.get('content-length'))).toBe(Buffer.byteLength(text));
});

/** A client that reads the head of its answer, and no more until the test says so. */
interface SlowClient {
  readonly status: number;
  /** Reads the rest: whether all of it came. */
  rest(): Promise<boolean>;
}

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await askUntil(unreadBytes, (bytes) => bytes === 0);
});

async function askSlowly(query: string): Promise<SlowClient> {
  const socket = connect(Number(new URL(running.app.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const body = JSON.stringify({ query });
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  const head = first.toString('latin1');
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]) + head.indexOf('\r\n\r\n') + 4;
  let received = first.length;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  return {
    status: Number(head.slice(9, 12)),
    async rest() {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      await closed;
      return received === length;
    },
  };
}

test('answers that nobody reads are kept up to a bound: then large ones are refused, and who has read nothing for longest is cut off', async () => {
  const unread: SlowClient[] = [];
  let refused: SlowClient | null = null;
  while (refused === null) {
    const client = await askSlowly(large);
    if (client.status === 200) unread.push(client);
    else refused = client;
    expect(unread.length * largeBytesLeast).toBeLessThan(2 * unreadBytesMax);
  }
  expect(refused.status).toBe(503);
  expect(await unreadBytes()).toBeGreaterThan(unreadBytesMax / 2);
  expect(await unreadBytes()).toBeLessThanOrEqual(unreadBytesMax);
  // Small ones still are answered.
  expect(await running.ask('{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });

  // Whoever comes again is answered in the end.
  const answered = await askUntil(
    () => running.ask(large),
    ({ status }) => status === 200,
  );
  expect(codeOf(answered)).toBeUndefined();
  const [first, ...others] = unread;
  expect(await first?.rest()).toBe(false);
  expect(await others.at(-1)?.rest()).toBe(true);
});

/** Asks again, each time with one more client that does not read, until there is no room. */
async function refusalOf<Answer extends { readonly code: unknown }>(ask: () => Promise<Answer>): Promise<Answer> {
  return askUntil(
    async () => {
      await askSlowly(large);
      return ask();
    },
    ({ code }) => code !== undefined,
  );
}

test('a refusal of a large answer says when to come again, whichever way its operation came', async () => {
  const overHttp = async (url: string, init: RequestInit) => {
    const answer = await fetch(running.app.url + url, init);
    const body = await answer.text();
    const { data = null, ...rest } = answer.ok ? {} : (JSON.parse(body) as GraphqlAnswer);
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), data, code: codeOf(rest) };
  };
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const refused = { status: 503, retryAfter: '5', data: null, code: 'QUERIES_OVERLOADED' };
  for (const [url, query] of [
    ['/graphql', large],
    ['/graphql', `${large} `],
    ['/graphql/stream', large],
  ] as const) {
    expect(await refusalOf(() => overHttp(url, { ...post, body: JSON.stringify({ query }) }))).toEqual(refused);
  }
  const socket = await connectLive(running.app.url);
  let id = 0;
  const { code } = await refusalOf(async () => {
    id += 1;
    socket.subscribe(String(id), large);
    const { type, payload } = await socket.until((messages) =>
      messages.find((one) => one.id === String(id) && one.type !== 'complete'),
    );
    return { code: type === 'error' ? codeOf({ errors: payload as NonNullable<GraphqlAnswer['errors']> }) : undefined };
  });
  expect(code).toBe('QUERIES_OVERLOADED');
  await socket.close();
});

test('answers on a WebSocket that is not read are counted too, until it is', async () => {
  const socket = await connectLive(running.app.url);
  socket.ws.pause();
  socket.subscribe('1', large);
  await askUntil(unreadBytes, (bytes) => bytes > largeAnswerBytesMin);
  socket.ws.resume();
  await socket.until((messages) => messages.some(({ type }) => type === 'complete'));
  await askUntil(unreadBytes, (bytes) => bytes === 0);
  await socket.close();
  // Another one, because the system has made room for more on the first.
  const lost = await connectLive(running.app.url);
  lost.ws.pause();
  lost.subscribe('1', large);
  await askUntil(unreadBytes, (bytes) => bytes > largeAnswerBytesMin);
  lost.ws.terminate();
  await askUntil(unreadBytes, (bytes) => bytes === 0);
});
