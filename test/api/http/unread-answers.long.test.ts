import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { largeAnswerBytesMin, unreadBytesMax } from '../../../src/connections/limits.ts';
import { askUntil } from '../../support/ask-until.ts';
import { largeAnswerBytesLeast, largeQuery as large } from '../../support/large-answer.ts';
import { connectLive } from '../../support/live-socket.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const unreadBytes = () => scrapeSample(running.app.url, 'live_ledger_unread_answer_bytes');

const codeOf = ({ errors }: Pick<GraphqlAnswer, 'errors'>) => errors?.[0]?.extensions['code'];

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
    expect(unread.length * largeAnswerBytesLeast).toBeLessThan(2 * unreadBytesMax);
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
