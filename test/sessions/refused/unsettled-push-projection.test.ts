import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpret } from '../../../src/callbacks/callback.ts';
import { digestOf } from '../../../src/callbacks/identity.ts';
import { parseJsonObject } from '../../../src/callbacks/json-object.ts';
import { sessionViewOf } from '../../../src/sessions/stream-session-view.ts';
import {
  isSessionCallback,
  withCallback,
  withDelivery,
  type StreamSession,
} from '../../../src/sessions/stream-session.ts';
import { interruptionBody, pushBody, without } from '../../support/callback-bodies.ts';
import { listedSessions } from '../../support/expected-sessions.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { pageOf } from '../../support/list-requests.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { inTime, permuted, redeliveriesOf } from '../../support/scenarios.ts';

const beginsAtSeconds = 1_600_000_000;

/** Callbacks of few sequences and accounts, or of none, among them pushes that were refused. */
const callbacks = fc
  .uniqueArray(
    fc.record({
      sequence: fc.constantFrom('11', '12'),
      appid: fc.constantFrom(undefined, undefined, 1, 1, 2),
      event_type: fc.constantFrom(0, 0, 1),
      errcode: fc.constantFrom(18, 18, 19, 1),
      event_time: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 6 }),
      heardAt: fc.integer({ min: 0, max: 9 }),
      stream_id: fc.constantFrom('one', 'one', 'two', ''),
    }),
    { selector: ({ heardAt: _heardAt, ...body }) => JSON.stringify(body), minLength: 1, maxLength: 7 },
  )
  .map((all) =>
    all.map(({ heardAt, errcode, event_time, ...body }, distinct): TestArrival => ({
      body: {
        ...body,
        ...(body.event_type === 0 && { errcode, errmsg: 'push url maybe invalid', push_duration: '0' }),
        ...(event_time !== null && { event_time: beginsAtSeconds + event_time }),
        app: 'a.example',
        appname: 'live',
        user_ip: '192.0.2.1',
        distinct,
      },
      receivedAtMs: (beginsAtSeconds + heardAt) * 1_000,
    })),
  );

const arrivals = callbacks
  .chain((all) => redeliveriesOf(all, 3).map((again) => [...all, ...again]))
  .chain((all) => permuted(all));

interface Push {
  readonly session: StreamSession;
  readonly isRefused: boolean;
  readonly bodies: ReadonlySet<string>;
}

/** By definition, from all arrivals at once. */
function pushesByDefinition(all: readonly TestArrival[]): Push[] {
  const read = all.map(({ body, receivedAtMs }) => {
    const parsed = parseJsonObject(Buffer.from(JSON.stringify(body)));
    const callback = parsed.ok ? interpret(parsed.object) : null;
    if (!parsed.ok || callback === null || !isSessionCallback(callback)) throw new TypeError('It names a push.');
    return { callback, digest: digestOf(parsed.object), receivedAtMs };
  });
  const sequences = [...new Set(read.map(({ callback }) => callback.sequence))];
  return sequences.flatMap((sequence) => {
    const ofSequence = read.filter(({ callback }) => callback.sequence === sequence);
    const accounts = [...new Set(ofSequence.flatMap(({ callback }) => callback.appId ?? []))];
    const ownerOf = (appId: string | null) => appId ?? (accounts.length === 1 ? accounts[0] : undefined) ?? 'unknown';
    return [...new Set(ofSequence.map(({ callback }) => ownerOf(callback.appId)))].map((appId) => {
      const own = ofSequence.filter(({ callback }) => ownerOf(callback.appId) === appId);
      const seen = new Set<string>();
      let session: StreamSession | null = null;
      for (const { callback, digest, receivedAtMs } of own) {
        session =
          session !== null && seen.has(digest)
            ? withDelivery(session, receivedAtMs)
            : withCallback(session, { ...callback, appId }, digest, receivedAtMs);
        seen.add(digest);
      }
      if (session === null) throw new TypeError('It has a callback.');
      const isRefused = own.every(
        ({ callback }) => callback.kind === 'INTERRUPTION' && [18, 19].includes(callback.endCode ?? 0),
      );
      return { session, isRefused, bodies: seen };
    });
  });
}

function sorted<One>(all: readonly One[]): One[] {
  return [...all].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

const sessionOf = ({ session }: Pick<Push, 'session'>) => ({
  ...sessionViewOf(session),
  firstReceivedAtMs: session.firstReceivedAtMs,
  lastReceivedAtMs: session.lastReceivedAtMs,
  deliveries: session.deliveries,
});

const refusedOf = ({ session }: Pick<Push, 'session'>) => {
  const view = sessionOf({ session });
  return {
    appId: view.appId,
    sequence: view.sequence,
    streamId: view.streamId,
    endCode: view.endCode,
    atMs: view.endedAtMs ?? view.firstReceivedAtMs,
    deliveries: view.deliveries,
    firstReceivedAtMs: view.firstReceivedAtMs,
    lastReceivedAtMs: view.lastReceivedAtMs,
  };
};

function refusedIn(readModel: TestReadModel) {
  return readModel
    .read((reader) => reader.refusedPushes(pageOf('REFUSED_AT')))
    .rows.map(({ row }) => {
      const { appId, sequence, streamId, endCode, atMs, deliveries, firstReceivedAtMs, lastReceivedAtMs } = row;
      return { appId, sequence, streamId, endCode, atMs, deliveries, firstReceivedAtMs, lastReceivedAtMs };
    });
}

/** For each callback, by its identity: the account of its session; null: it has none. */
function belongingIn({ db }: TestReadModel): Record<string, string | null> {
  const rows = db
    .prepare<[], { identity: Buffer; appId: string | null }>(
      `SELECT identity, (SELECT app_id FROM stream_sessions WHERE id = session_id) AS appId FROM callbacks ORDER BY identity`,
    )
    .all();
  return Object.fromEntries(rows.map(({ identity, appId }) => [identity.toString('hex'), appId]));
}

describe('pushes whose session depends on other callbacks', () => {
  test('property: sessions and refused pushes follow from all callbacks, in any order and in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 10 }), async (all, batchEventsMax) => {
        const pushes = pushesByDefinition(all);
        await withLedger(all, async (ledger) => {
          const readModel = ledger.openReadModel();
          readModel.project(await ledger.events(), batchEventsMax);
          const sessions = listedSessions(readModel).map(({ state: _state, endSide: _endSide, ...session }) => session);
          expect(readModel.logLines).toEqual([]);
          expect(sorted(sessions)).toEqual(sorted(pushes.filter(({ isRefused }) => !isRefused).map(sessionOf)));
          expect(sorted(refusedIn(readModel))).toEqual(
            sorted(pushes.filter(({ isRefused }) => isRefused).map(refusedOf)),
          );
          expect(belongingIn(readModel)).toEqual(
            Object.fromEntries(
              pushes.flatMap(({ session, isRefused, bodies }) =>
                [...bodies].map((digest) => [digest, isRefused ? null : session.appId]),
              ),
            ),
          );
        });
      }),
      { ...inTime, numRuns: numRunsOf(80) },
    );
  });

  const refusal = (overrides: Record<string, unknown> = {}) =>
    interruptionBody({ errcode: 18, errmsg: 'push url maybe invalid', ...overrides });

  async function projected(bodies: readonly Record<string, unknown>[], use: (readModel: TestReadModel) => void) {
    await withLedger(
      bodies.map((body) => ({ body, receivedAtMs: 2_000_000 })),
      async (ledger) => use(await ledger.projected()),
    );
  }

  test('a refused push is no session, and supersedes none', async () => {
    const { stream_id } = pushBody();
    const live = pushBody({ sequence: '1' });
    await projected([live, refusal({ sequence: '2', event_time: 1_999_999_999 })], (readModel) => {
      expect(listedSessions(readModel)).toMatchObject([{ sequence: '1', state: 'LIVE' }]);
      expect(refusedIn(readModel)).toMatchObject([{ sequence: '2', streamId: stream_id, endCode: 18 }]);
    });
  });

  test('a refused push is no sign of life of the session that is live in its stream', async () => {
    await withLedger([{ body: pushBody({ sequence: '1' }), receivedAtMs: 1_000 }], async (ledger) => {
      await ledger.append([{ body: refusal({ sequence: '2' }), receivedAtMs: 9_000_000 }]);
      const readModel = await ledger.projected();
      expect(readModel.read((reader) => reader.lastHeardAtMs(1))).toBe(1_000);
    });
  });

  test('a push callback after the refusal makes it a session that ended', async () => {
    await projected([refusal(), pushBody()], (readModel) => {
      expect(listedSessions(readModel)).toMatchObject([
        { state: 'ENDED', endCode: 18, startedAtSource: 'PUSH_CALLBACK' },
      ]);
      expect(refusedIn(readModel)).toEqual([]);
    });
  });

  test('a stream that is pushed with a name in one account supersedes nothing once its account is known', async () => {
    const older = pushBody({ sequence: '1', event_time: 1_000 });
    const newer = without(pushBody({ sequence: '2', event_time: 2_000 }), 'appid');
    await projected([older, newer], (readModel) => {
      expect(listedSessions(readModel).map(({ sequence, state }) => [sequence, state])).toEqual([
        ['1', 'LIVE'],
        ['2', 'LIVE'],
      ]);
    });
    await projected([older, newer, interruptionBody({ sequence: '2', event_time: 3_000 })], (readModel) => {
      expect(listedSessions(readModel).map(({ sequence, state }) => [sequence, state])).toEqual([
        ['1', 'SUPERSEDED'],
        ['2', 'ENDED'],
      ]);
    });
  });
});
