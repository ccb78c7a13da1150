import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { MissingCallbacksDocument } from '../../../schema/operations.generated.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';
import { parseSample } from '../../support/samples.ts';

const hourMs = 3_600_000;
const beganMs = Date.parse('2026-10-01T20:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
let nowMs = beganMs;

let running: RunningApp;
const post = async (atMs: number, body: unknown) => {
  nowMs = atMs;
  expect((await running.post(body)).status).toBe(200);
};
const push = (sequence: number, atMs: number, overrides: object = {}) =>
  post(atMs, pushBody({ sequence: String(sequence), event_time: atMs / 1_000, stream_id: 'cam', ...overrides }));
const end = (sequence: number, atMs: number, overrides: object = {}) =>
  post(
    atMs,
    interruptionBody({ sequence: String(sequence), event_time: atMs / 1_000, stream_id: 'cam', ...overrides }),
  );

const close = async (sequence: number, atMs: number) => {
  await running.projected();
  const operator = { authorization: 'Bearer o1' };
  const { data } = await running.ask(`{ streamSession(sequence: "${sequence}") { id } }`, {}, operator);
  const { id } = (data as { streamSession: { id: string } }).streamSession;
  const closed = `mutation { closeStreamSession(id: "${id}", reason: "off", endedAt: "${iso(atMs)}") { kind } }`;
  expect((await running.ask(closed, {}, operator)).data).toEqual({ closeStreamSession: { kind: 'CLOSED' } });
};

beforeAll(async () => {
  running = await startApp({
    clock: () => nowMs,
    access: analystAndAdmin,
  });
  await running.post(parseSample('push'));
  await running.post(parseSample('interruption'));
  // The domain pushes each evening, for nine days.
  for (let day = 0; day < 9; day += 1) {
    const evening = { app: 'evening.example', stream_id: `evening-${day}` };
    await push(100 + day, beganMs + day * 24 * hourMs, evening);
    if (day < 8) await end(100 + day, beganMs + day * 24 * hourMs + hourMs, evening);
  }
  // The last evening's interruption is lost: an operator says when it ended.
  nowMs = beganMs + 8 * 24 * hourMs + 2 * hourMs;
  await close(108, nowMs - hourMs);
  const laterMs = beganMs + 10 * 24 * hourMs;
  await push(1, laterMs);
  await push(2, laterMs + hourMs);
  await end(2, laterMs + 2 * hourMs);
  await end(3, laterMs + 4 * hourMs, { push_duration: hourMs });
  // Already pushed when the record began.
  await end(4, laterMs + 5 * hourMs, { push_duration: 300 * hourMs });
  await push(5, laterMs + 6 * hourMs);
  await post(
    laterMs + 7 * hourMs,
    relayBody('VodSourceFileFinish', { url: 'http://source.example/a.mp4?token=SECRET', index: 3, duration: 60 }),
  );
  nowMs = laterMs + 3 * 24 * hourMs;
  await push(6, nowMs - 60_000, { stream_id: 'other' });
  await end(7, nowMs - 30_000, { stream_id: 'other', push_duration: 20_000 });
  nowMs += 30_000;
  await running.projected();
});
afterAll(() => running.close());

const ask = async (variables: object = {}, token = 'o1') => {
  const { data, errors } = await running.ask(
    print(MissingCallbacksDocument),
    { ...variables },
    {
      authorization: `Bearer ${token}`,
    },
  );
  expect(errors).toBeUndefined();
  const { missingCallbacks } = data as { missingCallbacks: { totalCount: number; nodes: Record<string, unknown>[] } };
  return missingCallbacks;
};

describe('missing callbacks', () => {
  test('each says what shows it, how sure that is, and when it should have come', async () => {
    const { totalCount, nodes } = await ask({ filter: { not: { domain: { eq: 'none' } } } });
    const laterMs = beganMs + 240 * hourMs;
    const untilMs = Math.floor(nowMs / 1_000) * 1_000;
    expect(
      nodes.map(({ reason, sureness, expectedFrom, expectedTo }) => [reason, sureness, expectedFrom, expectedTo]),
    ).toEqual(
      expect.arrayContaining([
        ['LIVE_BUT_SILENT', 'POSSIBLE', iso(laterMs + 6 * hourMs), iso(untilMs)],
        ['DOMAIN_SILENT', 'POSSIBLE', iso(laterMs - 47 * hourMs), iso(untilMs)],
        ['END_WITHOUT_START', 'POSSIBLE', iso(nowMs - 50_000), iso(nowMs - 50_000)],
        ['RUN_WITHOUT_START', 'LIKELY', null, iso(laterMs + 7 * hourMs)],
        ['FILE_WITHOUT_START', 'LIKELY', iso(laterMs + 7 * hourMs - 60_000), iso(laterMs + 7 * hourMs)],
        ['END_WITHOUT_START', 'CERTAIN', iso(laterMs + 3 * hourMs), iso(laterMs + 3 * hourMs)],
        ['SUPERSEDED_WITHOUT_END', 'CERTAIN', iso(laterMs), iso(laterMs + hourMs)],
        ['END_WITHOUT_START', 'POSSIBLE', iso(laterMs - 295 * hourMs), iso(laterMs - 295 * hourMs)],
      ]),
    );
    expect(totalCount).toBe(8);
  });

  test('names its session, its run and file, or its domain, and the type that is missing', async () => {
    const byReason = async (reason: string) => {
      const { nodes } = await ask({ filter: { reason: { eq: reason } } });
      return nodes[0];
    };
    expect(await byReason('SUPERSEDED_WITHOUT_END')).toMatchObject({
      eventType: 0,
      streamId: 'cam',
      run: null,
      relayTask: null,
      streamSession: { sequence: '1', state: 'SUPERSEDED' },
    });
    expect(await byReason('FILE_WITHOUT_START')).toMatchObject({
      eventType: 314,
      callbackEvent: 'VodSourceFileStart',
      run: 1,
      streamSession: null,
      relayTask: { taskId: '1' },
      domain: 'push.example',
      file: { index: 3, url: 'http://source.example/a.mp4?token=SECRET' },
    });
    expect(await byReason('DOMAIN_SILENT')).toMatchObject({
      eventType: null,
      domain: 'evening.example',
      path: null,
      streamId: null,
      usualPauseMs: 23 * hourMs,
    });
  });

  test('an analyst reads no credentials of a file', async () => {
    const { nodes } = await ask({ filter: { reason: { eq: 'FILE_WITHOUT_START' } } }, 'v1');
    expect(nodes).toMatchObject([{ file: { url: 'http://source.example/a.mp4?(hidden)' } }]);
  });

  test('a time and a shorter silence can be asked for, page by page', async () => {
    const from = iso(beganMs + 241.5 * hourMs);
    const { nodes } = await ask({ from, to: iso(beganMs + 246.9 * hourMs), silentAfterSeconds: 60 });
    expect(nodes.map(({ reason }) => reason)).toEqual(['LIVE_BUT_SILENT', 'END_WITHOUT_START']);
    const seen: unknown[] = [];
    for (let after: string | null = null; ;) {
      const { nodes: page, pageInfo } = (await ask({ first: 3, after })) as unknown as {
        readonly nodes: readonly unknown[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
      seen.push(...page);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual((await ask()).nodes);
  });

  test.each([
    ['BAD_USER_INPUT', '(silentAfterSeconds: 0)'],
    ['BAD_USER_INPUT', '(from: "2026-10-25T00:00:00Z", to: "2026-10-25T00:00:00Z")'],
    ['PAGE_TOO_LARGE', '(first: 501)'],
  ])('%s: %s', async (code, args) => {
    const query = `{ missingCallbacks${args} { totalCount } }`;
    const { errors } = await running.ask(query, {}, { authorization: 'Bearer v1' });
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });
});
