import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { secretDigest } from '../../../src/kernel/encoding.ts';
import { parseApiTokens, parseAccessFile } from '../../../src/api/access/tokens.ts';
import { defaultRates, parseRates, writeRates } from '../../../src/settings/variables.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { openLiveSocket } from '../../support/live-socket.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

const limits = { operations: 4, cost: 120, subscriptions: 2, exports: 1 };
let nowMs = Date.parse('2027-12-31T12:00:00Z');
let running: RunningApp;
beforeAll(async () => {
  const named = { name: 'busy', role: 'viewer', sha256: secretDigest('busy'), rates: { operations: 6 } };
  const { tokens } = parseAccessFile(JSON.stringify({ tokens: [named] }));
  running = await startApp({
    access: { mode: 'tokens', tokens: [...parseApiTokens('viewer=one,viewer=other'), ...tokens] },
    rates: limits,
    clock: () => nowMs,
  });
  await running.post(pushBody());
  await running.projected();
});
afterAll(() => running.close());
beforeEach(() => {
  // All that was used is forgiven.
  nowMs += 120_000;
});

const send = (path: string, token: string, init: RequestInit = {}) =>
  fetch(`${running.app.url}${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
const ask = (token: string, query = '{ viewer { role } }') =>
  send('/graphql', token, { method: 'POST', body: JSON.stringify({ query }) });
const stream = (token: string, query: string) =>
  send('/graphql/stream', token, { method: 'POST', body: JSON.stringify({ query }) });
const statusesOf = (answers: readonly Response[]) => answers.map(({ status }) => status);
const inTurn = async (times: number, answer: () => Promise<Response>) => {
  const answers: Response[] = [];
  for (let time = 0; time < times; time += 1) answers.push(await answer());
  return answers;
};
const limited = { code: 'RATE_LIMITED', requestId: expect.any(String), retryAfterSeconds: expect.any(Number) };

test('every answer says what is left, as draft-ietf-httpapi-ratelimit-headers-10 has it', async () => {
  const answers = await inTurn(2, () => ask('one', '{ streamSessions(first: 50) { nodes { id } } }'));
  const [first, second] = answers.map(({ headers }) => headers);
  expect(first?.get('ratelimit-policy')).toBe('"operations";q=4;w=60, "cost";q=120;w=60;qu="nodes"');
  expect(first?.get('ratelimit')).toMatch(/^"operations";r=3;t=15, "cost";r=\d+;t=\d+$/);
  const left = [first, second].map((headers) => Number(/"cost";r=(\d+)/.exec(headers?.get('ratelimit') ?? '')?.[1]));
  // The second is answered without Apollo, and counts the same.
  expect(left[0]).toBeLessThanOrEqual(120 - 50);
  expect(120 - (left[1] ?? NaN)).toBe(2 * (120 - (left[0] ?? NaN)));
});

test('whoever has used all operations gets 429 until some are forgiven; others do not notice', async () => {
  expect(statusesOf(await inTurn(5, () => ask('one')))).toEqual([200, 200, 200, 200, 429]);
  const refused = await ask('one');
  expect(refused.headers.get('retry-after')).toBe('15');
  expect(refused.headers.get('ratelimit')).toMatch(/^"operations";r=0;t=60, /);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { ...limited, retryAfterSeconds: 15 } }] });
  expect((await ask('other')).status).toBe(200);
  nowMs += 15_000;
  expect(statusesOf(await inTurn(2, () => ask('one')))).toEqual([200, 429]);
});

test('an operation may cost more than is left, and then the next one waits', async () => {
  const query = '{ streamSessions(first: 150) { nodes { id } } }';
  expect(statusesOf(await inTurn(2, () => ask('one', query)))).toEqual([200, 429]);
  const { errors } = (await (await ask('one')).json()) as { errors: { message: string }[] };
  expect(errors[0]?.message).toContain('120 of cost');
});

test('a token has the rates that ACCESS_FILE gives it, and those of all where it gives none', async () => {
  const answers = await inTurn(7, () => ask('busy'));
  expect(statusesOf(answers)).toEqual([200, 200, 200, 200, 200, 200, 429]);
  expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"operations";q=6;w=60, "cost";q=120;w=60;qu="nodes"');
});

test('exports, event streams and MCP are limited as well', async () => {
  const exports = await inTurn(2, () => send('/export/streamSessions.csv', 'one'));
  expect(statusesOf(exports)).toEqual([200, 429]);
  expect(exports[0]?.headers.get('ratelimit')).toMatch(/^"exports";r=0;t=60, "cost";r=/);
  expect(exports[1]?.headers.get('retry-after')).toBe('60');
  expect(await exports[1]?.json()).toMatchObject({ code: 429, error: 'RATE_LIMITED' });

  const subscription = 'subscription { callbackRecorded { cursor } }';
  const streams = await inTurn(3, () => stream('one', subscription));
  expect(statusesOf(streams)).toEqual([200, 200, 429]);
  expect(streams[1]?.headers.get('ratelimit')).toMatch(/, "subscriptions";r=0;t=60$/);
  expect(await streams[2]?.json()).toMatchObject({ errors: [{ extensions: limited }] });
  for (const { body } of streams.slice(0, 2)) await body?.cancel();

  const messages = await inTurn(2, () => send('/mcp', 'one', { method: 'POST', body: '{}' }));
  expect(statusesOf(messages)).toEqual([400, 429]);
});

test('on a WebSocket, an operation or a subscription too many gets an error with the code', async () => {
  const socket = await openLiveSocket(running.app.url);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer one' } });
  await socket.until((messages) => messages.some(({ type }) => type === 'connection_ack'));
  for (const id of ['a', 'b', 'c']) socket.subscribe(id, 'subscription { callbackRecorded { cursor } }');
  const ofSubscription = await socket.until((messages) => messages.find(({ id }) => id === 'c'));
  expect(ofSubscription).toMatchObject({ type: 'error', payload: [{ extensions: limited }] });
  for (const id of ['d', 'e']) socket.subscribe(id, '{ viewer { role } }');
  const ofOperation = await socket.until((messages) => messages.find(({ id }) => id === 'e'));
  expect(ofOperation).toMatchObject({ type: 'error', payload: [{ extensions: limited }] });
  expect(socket.messages.find(({ id }) => id === 'd')).toMatchObject({ type: 'next' });
  await socket.close();
});

test('without tokens, each address has the rates of all', async () => {
  const open = await startApp({ rates: limits, clock: () => nowMs });
  const answers = await inTurn(5, () =>
    fetch(`${open.app.url}/graphql?query={viewer{role}}`, { headers: { accept: 'application/json' } }),
  );
  await open.close();
  expect(statusesOf(answers)).toEqual([200, 200, 200, 200, 429]);
});

describe('API_RATES', () => {
  test('sets some, and the others have their defaults', () => {
    expect(parseRates('')).toEqual(defaultRates);
    expect(parseRates('exports=5, operations=100')).toEqual({ ...defaultRates, exports: 5, operations: 100 });
    expect(parseRates(writeRates(defaultRates))).toEqual(defaultRates);
  });

  test.each(['canary=1', 'operations', 'operations=0', 'operations=1.5', 'operations=1e3', 'exports=1000000001'])(
    '%s is refused, by its number',
    (entry) => {
      expect(() => parseRates(`cost=1,${entry}`)).toThrow(/^entry 2 is not one of operations, cost/);
    },
  );

  test('ACCESS_FILE names what is wrong with rates of a token', () => {
    const token = { name: 'a', role: 'viewer', sha256: secretDigest('a'), rates: { operations: 0 } };
    expect(() => parseAccessFile(JSON.stringify({ tokens: [token] }))).toThrow('tokens[0].rates.operations');
  });
});
