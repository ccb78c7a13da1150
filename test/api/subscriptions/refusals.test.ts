import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLogCursor, writeLogCursor, type LogCursor } from '../../../src/live/log-cursor.ts';
import { parseApiTokens } from '../../../src/api/access/tokens.ts';
import { pushBody } from '../../support/callback-bodies.ts';
import { connectLive, nextOf, type LiveSocket } from '../../support/live-socket.ts';
import { eventsOf, openEventStream, type StreamedEvent } from '../../support/live-stream.ts';
import { scrapeSample } from '../../support/metrics.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';

let running: RunningApp;
let socket: LiveSocket;
let cursor: LogCursor;
beforeAll(async () => {
  running = await startApp();
  await running.post(pushBody({ sequence: '1' }));
  await running.projected();
  const { liveFrom } = (await running.ask('{ streamSessions { liveFrom } }')).data?.['streamSessions'] as {
    liveFrom: string;
  };
  cursor = readLogCursor(liveFrom, running.log);
  socket = await connectLive(running.app.url);
});
afterAll(async () => {
  await socket.close();
  await running.close();
});

const changed = 'subscription ($after: Cursor) { streamSessionChanged(after: $after) { cursor } }';
const recorded = 'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor } }';
const filtered =
  'subscription ($filter: StreamSessionFilter) { streamSessionChanged(filter: $filter) { streamSession { sequence } } }';
const deepFilter = (depth: number): object => (depth === 0 ? {} : { not: deepFilter(depth - 1) });

const after = (other: Partial<LogCursor>) => ({ after: writeLogCursor({ ...cursor, ...other }) });

const refusals: [string, string, string, () => Record<string, unknown>][] = [
  ['a damaged cursor', 'CURSOR_INVALID', changed, () => ({ after: 'canary' })],
  [
    'a page cursor',
    'CURSOR_INVALID',
    changed,
    () => ({ after: 'WyJwMiIsImNhbGxiYWNrcyIsIlJFQ09SREVEIiwiREVTQyIsIjkiXQ' }),
  ],
  ['a cursor of another log', 'CURSOR_INVALID', changed, () => after({ logId: 'another' })],
  ['a cursor of another epoch', 'CURSOR_INVALID', recorded, () => after({ epoch: 2 })],
  ['a cursor beyond the end', 'CURSOR_INVALID', recorded, () => after({ position: cursor.position + 1_000n })],
  ['a cursor of another version', 'RESYNC', changed, () => after({ projectionVersion: 1 })],
  ['a filter that is too deep', 'BAD_USER_INPUT', filtered, () => ({ filter: deepFilter(9) })],
  [
    'a value that is too long',
    'BAD_USER_INPUT',
    filtered,
    () => ({ filter: { domain: { eq: 'canary'.repeat(200) } } }),
  ],
  ['a value of another type', 'BAD_USER_INPUT', filtered, () => ({ filter: { state: { eq: 'canary' } } })],
  [
    'a condition on its field',
    'GRAPHQL_VALIDATION_FAILED',
    'subscription ($with: Boolean!) { callbackRecorded @include(if: $with) { cursor } }',
    () => ({ with: true }),
  ],
  [
    'a condition on a fragment of it',
    'GRAPHQL_VALIDATION_FAILED',
    'subscription { ...recorded } fragment recorded on Subscription { ... @skip(if: true) { callbackRecorded { cursor } } }',
    () => ({}),
  ],
];

async function eventsIn(response: Response): Promise<StreamedEvent[]> {
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

describe('a subscription is refused before it begins', () => {
  test.each(refusals)('by WebSocket: %s is %s', async (name, code, query, variables) => {
    socket.subscribe(name, query, variables());
    const { type, payload } = await socket.until((messages) => messages.find(({ id }) => id === name));
    expect({ type, payload }).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } }],
    });
    expect(JSON.stringify(payload)).not.toContain('canary');
  });

  test.each(refusals)('by event stream: %s is %s, followed by complete', async (_name, code, query, variables) => {
    const response = await openEventStream(running.app.url, query, variables());
    const events = await eventsIn(response);
    expect(events.map(({ event }) => event)).toEqual(['next', 'complete']);
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test.each([
    ['no GraphQL', 'GRAPHQL_PARSE_FAILED', '{'],
    ['no such subscription', 'GRAPHQL_VALIDATION_FAILED', 'subscription { nothing }'],
    [
      'several at once',
      'GRAPHQL_VALIDATION_FAILED',
      'subscription { a: callbackRecorded { cursor } b: callbackRecorded { cursor } }',
    ],
    [
      'a document that takes long to validate',
      'OPERATION_TOO_COSTLY',
      `subscription { callbackRecorded { ${'cursor '.repeat(300)} } }`,
    ],
    [
      'messages that could read too much',
      'OPERATION_TOO_COSTLY',
      'subscription { streamSessionChanged { streamSession { relayTasks { callbacks(first: 500) { nodes { position } } } } } }',
    ],
  ])('both: %s is %s', async (name, code, query) => {
    socket.subscribe(name, query);
    const { payload } = await socket.until((messages) => messages.find(({ id }) => id === name));
    expect(payload).toMatchObject([{ extensions: { code } }]);
    const response = await openEventStream(running.app.url, query);
    expect(response.status).toBe(200);
    const [next, complete] = await eventsIn(response);
    expect([next?.event, complete?.event]).toEqual(['next', 'complete']);
    expect(JSON.parse(next?.data ?? '')).toEqual({
      errors: [
        expect.objectContaining({ extensions: expect.objectContaining({ code, requestId: expect.any(String) }) }),
      ],
    });
  });

  test('refuses an event stream without an operation, with a long Last-Event-ID, or without a token', async () => {
    const refusalOf = async (response: Response) => {
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      return [response.status, errors[0]?.extensions.code];
    };
    const { url } = running.app;
    expect(await refusalOf(await fetch(`${url}/graphql/stream`))).toEqual([400, 'BAD_REQUEST']);
    const longId = { 'last-event-id': 'x'.repeat(600) };
    expect(await refusalOf(await openEventStream(url, recorded, {}, longId))).toEqual([400, 'CURSOR_INVALID']);
    const closed = await startApp({ access: { mode: 'tokens', tokens: parseApiTokens('viewer=v1') } });
    try {
      expect(await refusalOf(await openEventStream(closed.app.url, recorded))).toEqual([401, 'UNAUTHENTICATED']);
    } finally {
      await closed.close();
    }
  });

  test('refusals are counted by code', async () => {
    const { url } = running.app;
    expect(await scrapeSample(url, 'live_ledger_graphql_operations_total{outcome="RESYNC"}')).toBe(2);
  });
});

test('callbackRecorded accepts a cursor of any projection version, and every subscription one without a version', async () => {
  socket.subscribe('log', changed, after({ position: 0n, projectionVersion: null, event: null }));
  socket.subscribe('callbacks', recorded, after({ position: 0n, projectionVersion: 1, event: null }));
  await socket.until((messages) => nextOf(messages, 'log').length === 1 && nextOf(messages, 'callbacks').length === 1);
});
