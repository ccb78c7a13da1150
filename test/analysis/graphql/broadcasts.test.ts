import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BroadcastsDocument } from '../../../schema/operations.generated.ts';
import type { GraphqlContext } from '../../../src/api/context.ts';
import { BroadcastResolver } from '../../../src/analysis/broadcasts/broadcast-resolver.ts';
import { listBroadcasts } from '../../../src/analysis/broadcasts/broadcasts.ts';
import { everything, RowBudget } from '../../../src/lists/listing.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { withLedger } from '../../support/ledger.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const beginsAt = Date.parse('2026-10-25T10:00:00Z') / 1_000;
const at = (second: number) => new Date(1_000 * (beginsAt + second)).toISOString();
const session = (sequence: number, streamId: string) => ({
  sequence: String(7_000_000_000_000_000_000n + BigInt(sequence)),
  app: 'push.example.com',
  stream_id: streamId,
});
const push = (sequence: number, streamId: string, second: number) =>
  pushBody({ ...session(sequence, streamId), event_time: beginsAt + second });
const end = (sequence: number, streamId: string, second: number, errcode: number) =>
  interruptionBody({
    ...session(sequence, streamId),
    event_time: beginsAt + second,
    errcode,
    push_duration: undefined,
  });

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ clock: () => 1_000 * (beginsAt + 1_000) });
  for (const body of [
    // Drops twice, the second time for longer; its third session is live.
    ...[push(1, 'flaps', 0), end(1, 'flaps', 100, 14)],
    ...[push(2, 'flaps', 120), end(2, 'flaps', 200, 14)],
    push(3, 'flaps', 260),
    // Two broadcasts, unless gaps may be long.
    ...[push(4, 'steady', 0), end(4, 'steady', 100, 1)],
    ...[push(5, 'steady', 161), end(5, 'steady', 261, 1)],
    // In no broadcast: one name of its stream is missing.
    { ...push(6, 'nowhere', 0), appname: '' },
    { ...push(7, 'nowhere', 0), app: undefined },
    parseSample('push'),
    parseSample('interruption'),
  ]) {
    expect((await running.post(body)).status).toBe(200);
  }
  await running.projected();
});
afterAll(() => running.close());

const day = { from: '2026-10-25T00:00:00Z', to: '2026-10-26T00:00:00Z' };

describe('broadcasts', () => {
  test.each([
    ['{ isLive: { eq: true } }', ['flaps']],
    ['{ isLive: { eq: false }, reconnects: { eq: 0 }, durationMs: { lte: 100000 } }', ['steady', 'steady']],
    ['{ availability: { lt: 0.95 } }', ['flaps']],
    ['{ or: [{ reconnects: { gte: 2 } }, { streamId: { eq: "steady" } }] }', ['flaps', 'steady', 'steady']],
    ['{ not: { isLive: { ne: false } }, streamId: { startsWith: "f" } }', []],
  ])('are filtered by what they turn out to be: %s', async (filter, streams) => {
    const { data } = await running.ask(
      `{ broadcasts(from: "${day.from}", to: "${day.to}", filter: ${filter}) { nodes { streamId } totalCount } }`,
    );
    const { nodes, totalCount } = data?.['broadcasts'] as { nodes: { streamId: string }[]; totalCount: number };
    expect(nodes.map(({ streamId }) => streamId).sort()).toEqual(streams);
    expect(totalCount).toBe(streams.length);
  });

  test('the streams that flap come first, page by page', async () => {
    const orderBy = { field: 'RECONNECTS', direction: 'DESC' } as const;
    const { broadcasts } = await running.query(BroadcastsDocument, { ...day, orderBy, first: 1 });
    expect(broadcasts).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    expect(broadcasts?.nodes).toEqual([
      {
        appId: expect.any(String),
        domain: 'push.example.com',
        path: expect.any(String),
        streamId: 'flaps',
        startedAt: at(0),
        endedAt: null,
        isLive: true,
        durationMs: 1_000_000,
        sessionCount: 3,
        reconnects: 2,
        longestGapMs: 60_000,
        availability: 0.92,
        causes: [{ side: 'NETWORK', sessions: 2 }],
      },
    ]);
    const after = broadcasts?.pageInfo.endCursor ?? null;
    const { broadcasts: rest } = await running.query(BroadcastsDocument, { ...day, orderBy, after });
    expect(rest?.nodes.map(({ streamId, reconnects }) => [streamId, reconnects])).toEqual([
      ['steady', 0],
      ['steady', 0],
    ]);
    const { errors } = await running.ask('query ($after: Cursor) { broadcasts(after: $after) { totalCount } }', {
      after,
    });
    expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  });

  test('longer gaps may be allowed; a part of the time has whole broadcasts; sessions are listed', async () => {
    const { data, errors } = await running.ask(`{
      broadcasts(filter: { streamId: { eq: "steady" } }, from: "${at(170)}", to: "${at(180)}", gapMaxSeconds: 61) {
        liveFrom edges { cursor node { startedAt endedAt longestGapMs sessions { sequence endCode } } }
      }
      streamSessions { liveFrom }
    }`);
    expect(errors).toBeUndefined();
    const { broadcasts, streamSessions } = data as Record<string, { liveFrom: string; edges: unknown[] }>;
    expect(broadcasts?.liveFrom).toBe(streamSessions?.liveFrom);
    const sessions = [5, 4].map((number) => ({ sequence: session(number, '').sequence, endCode: 1 }));
    expect(broadcasts?.edges).toMatchObject([
      { node: { startedAt: at(0), endedAt: at(261), longestGapMs: 61_000, sessions } },
    ]);
  });

  test('the vendor’s session is a broadcast of 30 seconds; without a time, all are listed', async () => {
    const { broadcasts } = await running.query(BroadcastsDocument, { filter: { streamId: { eq: 'test_stream' } } });
    expect(broadcasts?.nodes).toMatchObject([{ durationMs: 30_000, reconnects: 0, availability: 1, causes: [] }]);
    const { broadcasts: all } = await running.query(BroadcastsDocument, {});
    expect(all?.totalCount).toBe(4);
  });

  test.each([
    ['BAD_USER_INPUT', '(gapMaxSeconds: -1)'],
    ['BAD_USER_INPUT', '(gapMaxSeconds: 86401)'],
    ['BAD_USER_INPUT', '(from: "2026-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z")'],
    ['PAGE_TOO_LARGE', '(first: 501)'],
  ])('%s: %s', async (code, args) => {
    const { errors } = await running.ask(`{ broadcasts${args} { totalCount } }`);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });
});

test('of sessions that began in the same second, the one with the greater sequence is newer, whichever arrived first', async () => {
  const began = (sequence: string) => ({
    body: pushBody({ sequence, appid: 1, event_time: beginsAt }),
    receivedAtMs: 1_000 * beginsAt,
  });
  await withLedger([began('10'), began('9')], async (ledger) => {
    const readModel = await ledger.projected();
    const sessions = readModel.read((reader) => {
      const context = { readModel: reader, rows: new RowBudget(30_000) } as GraphqlContext;
      return new BroadcastResolver().sessions({ appId: '1', sequences: ['10', '9'] } as never, context);
    });
    expect(sessions.map(({ sequence }) => sequence)).toEqual(['10', '9']);
  });
});

test('the duration of a live broadcast ends with the time asked for, also if it reconnected later', () => {
  const span = { endSide: null, endedAtMs: null, firstPosition: '1', hasStart: true, userIpKey: null } as const;
  const sessions = [
    { ...span, state: 'ENDED', orderedAtMs: 0, endedAtMs: 100, sequence: '1' },
    { ...span, state: 'LIVE', orderedAtMs: 120, sequence: '2' },
  ] as const;
  const answer = (toMs: number) =>
    listBroadcasts(
      {
        kind: 'broadcasts',
        condition: everything,
        window: { fromMs: 0, toMs },
        gapMsMax: 60,
        order: { by: 'STARTED_AT', descending: true },
        direction: 'forwards',
        from: null,
        rowsMax: 10,
        wantsSequences: false,
      },
      [{ appId: '1', domain: 'd', path: 'p', streamId: 's', sessions }],
    ).rows.map(({ row }) => row);
  expect(answer(110)).toMatchObject([{ isLive: true, durationMs: 110, availability: 100 / 110, sessionCount: 2 }]);
  expect(answer(200)).toMatchObject([{ isLive: true, durationMs: 200, availability: 0.9 }]);
});

test('sessions of broadcasts that the operation may not read are refused, and not left out', async () => {
  const began = { body: pushBody({ sequence: '1', appid: 1 }), receivedAtMs: 1_000 * beginsAt };
  await withLedger([began], async (ledger) => {
    const readModel = await ledger.projected();
    const sessionsWith = (rows: number) =>
      readModel.read((reader) => {
        const context = { readModel: reader, rows: new RowBudget(rows) } as GraphqlContext;
        return new BroadcastResolver().sessions({ appId: '1', sequences: ['1'] } as never, context).length;
      });
    expect(sessionsWith(30_000)).toBe(1);
    expect(() => sessionsWith(0)).toThrow(expect.objectContaining({ code: 'OPERATION_TOO_COSTLY' }));
  });
});
