import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';
import { listedSessions, type ListedSession } from '../support/expected-sessions.ts';
import { numRunsOf } from '../support/num-runs.ts';

/** By start; else by end or first arrival, whichever is earlier. */
function at({ startedAtMs, endedAtMs, firstReceivedAtMs }: ListedSession): number {
  return startedAtMs ?? Math.min(endedAtMs ?? Infinity, firstReceivedAtMs);
}

/** The sessions of the same stream that come after a session: by start, then by sequence. */
function newerThan(one: ListedSession, all: readonly ListedSession[]): ListedSession[] {
  return all
    .filter(
      (other) =>
        one.streamId !== null &&
        other.appId === one.appId &&
        other.domain === one.domain &&
        other.path === one.path &&
        other.streamId === one.streamId &&
        (at(other) > at(one) || (at(other) === at(one) && BigInt(other.sequence) > BigInt(one.sequence))),
    )
    .sort((first, second) => at(first) - at(second) || Number(BigInt(first.sequence) - BigInt(second.sequence)));
}

/** By definition: looks at all sessions, each time. */
function statusByDefinition(one: ListedSession, all: readonly ListedSession[]) {
  const newer = newerThan(one, all);
  if (!one.ended) return { state: newer.length === 0 ? 'LIVE' : 'SUPERSEDED', endSide: null };
  const next = newer[0];
  const isReplaced = (endedAtMs: number, by: ListedSession) => {
    const isLiveThen = !by.ended || (by.endedAtMs ?? -Infinity) >= endedAtMs;
    return at(by) <= endedAtMs + 10_000 && (isLiveThen || at(by) >= endedAtMs - 10_000);
  };
  const takenOver = one.endedAtMs !== null && next !== undefined && isReplaced(one.endedAtMs, next);
  const sides = new Map([
    [1, 'CLIENT'],
    [8, 'NETWORK'],
    [21, takenOver ? 'TAKEOVER' : 'OPERATOR'],
  ]);
  return { state: 'ENDED', endSide: sides.get(one.endCode ?? 0) ?? 'UNKNOWN' };
}

describe('what is said of a session in view of the other sessions of its stream', () => {
  test('property: equals its definition, after every single callback, in any order', async () => {
    const arrivals = scenario
      .chain(({ callbacks }) => redeliveriesOf(callbacks, 3).map((again) => [...callbacks, ...again]))
      .chain(permuted);
    await fc.assert(
      fc.asyncProperty(arrivals, async (all) => {
        await withLedger(all, async (ledger) => {
          const readModel = ledger.openReadModel();
          for (const event of await ledger.events()) {
            readModel.project([event]);
            const sessions = listedSessions(readModel);
            const said = sessions.map(({ sequence, state, endSide }) => ({ sequence, state, endSide }));
            const defined = sessions.map((one) => ({
              sequence: one.sequence,
              ...statusByDefinition(one, sessions),
            }));
            expect(said).toEqual(defined);
          }
        });
      }),
      { ...inTime, numRuns: numRunsOf(60) },
    );
  });

  const callback = (
    event_time: number,
    sequence: string,
    body: (overrides: Record<string, unknown>) => TestArrival['body'],
  ) => ({ body: body({ event_time, sequence }), receivedAtMs: 2_000_000 }) satisfies TestArrival;

  async function statesAfter(...arrivals: TestArrival[]) {
    let states: Record<string, string> = {};
    await withLedger(arrivals, async (ledger) => {
      states = Object.fromEntries(
        listedSessions(await ledger.projected()).map(({ sequence, state }) => [sequence, state]),
      );
    });
    return states;
  }

  test('a newer push of the stream supersedes the session before it, which stays open', async () => {
    expect(await statesAfter(callback(100, '1', pushBody), callback(200, '2', pushBody))).toEqual({
      1: 'SUPERSEDED',
      2: 'LIVE',
    });
  });

  test('a late interruption after a newer push ends its own session, and no other', async () => {
    const late = callback(210, '1', interruptionBody);
    expect(await statesAfter(callback(100, '1', pushBody), callback(200, '2', pushBody), late)).toEqual({
      1: 'ENDED',
      2: 'LIVE',
    });
  });

  test('an interruption that comes before its push, and after a newer push, does so too', async () => {
    const late = callback(210, '1', interruptionBody);
    expect(await statesAfter(callback(200, '2', pushBody), late, callback(100, '1', pushBody))).toEqual({
      1: 'ENDED',
      2: 'LIVE',
    });
  });

  test('an older push that arrives late is superseded at once', async () => {
    expect(await statesAfter(callback(200, '2', pushBody), callback(100, '1', pushBody))).toEqual({
      1: 'SUPERSEDED',
      2: 'LIVE',
    });
  });

  test('pushes of one second are ordered by their sequences as numbers', async () => {
    expect(await statesAfter(callback(100, '10', pushBody), callback(100, '9', pushBody))).toEqual({
      9: 'SUPERSEDED',
      10: 'LIVE',
    });
  });

  test.each([1, 7, 100])(
    'more than 20 pushes of one second are listed as they arrived (batches of %d)',
    async (batch) => {
      const sequences = Array.from({ length: 40 }, (_, index) => String(100 - index));
      await withLedger(
        sequences.map((sequence) => callback(100, sequence, pushBody)),
        async (ledger) => {
          const readModel = ledger.openReadModel();
          readModel.project(await ledger.events(), batch);
          const listed = readModel.db.prepare<[], string>(
            'SELECT sequence FROM stream_sessions ORDER BY ordered_at, list_position',
          );
          expect(listed.pluck().all()).toEqual(sequences);
        },
      );
    },
  );

  test.each([
    ['in one batch', 10],
    ['in batches of one', 1],
  ])('pushes of one second are listed in the order of their sequences, however they arrive (%s)', async (_, batch) => {
    const of = (seconds: number, sequence: string) => callback(seconds, sequence, pushBody);
    const ofOther = { ...callback(100, '5', (overrides) => pushBody({ ...overrides, stream_id: 'another' })) };
    const arrivals = [of(100, '10'), ofOther, of(100, '11'), of(100, '9'), of(90, '12'), of(110, '8')];
    await withLedger(arrivals, async (ledger) => {
      const readModel = ledger.openReadModel();
      readModel.project(await ledger.events(), batch);
      const listed = readModel.db.prepare<[], string>(
        'SELECT sequence FROM stream_sessions ORDER BY ordered_at, list_position',
      );
      // Others of that second stay where their arrival puts them.
      expect(listed.pluck().all()).toEqual(['12', '9', '5', '10', '11', '8']);
    });
  });

  test.each([1, 10])(
    'a session that moves leaves the order of its second behind, and takes its place in another (batches of %d)',
    async (batch) => {
      const of = (seconds: number, sequence: string) => callback(seconds, sequence, pushBody);
      const ofOther = (seconds: number, sequence: string) =>
        callback(seconds, sequence, (overrides) => pushBody({ ...overrides, stream_id: 'another' }));
      const endOnly = (sequence: string) => ({
        ...callback(100, sequence, (overrides) => interruptionBody({ ...overrides, push_duration: null })),
        receivedAtMs: 9_000_000,
      });
      // Of 9 and 8, only the ends are known at first, in the second in which 10 began.
      const first = [of(100, '10'), ofOther(100, '5'), ofOther(60, '6'), endOnly('9'), endOnly('8'), of(50, '11')];
      await withLedger([...first, of(50, '9'), of(60, '8')], async (ledger) => {
        const readModel = ledger.openReadModel();
        readModel.project(await ledger.events(), batch);
        const listed = readModel.db.prepare<[], string>(
          'SELECT sequence FROM stream_sessions ORDER BY ordered_at, list_position',
        );
        expect(listed.pluck().all()).toEqual(['9', '11', '6', '8', '10', '5']);
      });
    },
  );

  test.each([[null], ['29500000']])(
    'a late interruption of which only its end is known does not supersede a push that began after it (duration %s)',
    async (push_duration) => {
      const body = (overrides: Record<string, unknown>) => interruptionBody({ ...overrides, push_duration });
      const arrivals = [callback(200, '2', pushBody), { ...callback(100, '1', body), receivedAtMs: 9_000_000 }];
      expect(await statesAfter(...arrivals)).toEqual({ 1: 'ENDED', 2: 'LIVE' });
    },
  );

  test('streams whose names differ only in what is cut of them do not supersede each other', async () => {
    const name = 's'.repeat(600);
    const pushOf = (stream_id: string) => (overrides: Record<string, unknown>) => pushBody({ ...overrides, stream_id });
    expect(await statesAfter(callback(100, '1', pushOf(`${name}1`)), callback(200, '2', pushOf(`${name}2`)))).toEqual({
      1: 'LIVE',
      2: 'LIVE',
    });
  });

  test('a change of another session’s status has a change position of its own', async () => {
    const arrivals = [callback(100, '1', pushBody), callback(200, '2', pushBody)];
    await withLedger(arrivals, async (ledger) => {
      const rows = (await ledger.projected()).dump()['stream_sessions'] ?? [];
      expect(
        rows.map(({ sequence, changed_position, changed_ordinal }) => [sequence, changed_position, changed_ordinal]),
      ).toEqual(
        // The log’s own event is at position 1.
        [
          ['1', '3', '1'],
          ['2', '3', '0'],
        ],
      );
    });
  });
});
