import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { openLedger, withLedger, type TestArrival } from '../support/ledger.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';
import { listedCallbacks, listedSessions } from '../support/expected-sessions.ts';

/** All that readers see after these arrivals in this order. */
async function shownAfter(arrivals: readonly TestArrival[]) {
  const ledger = openLedger();
  try {
    await ledger.append(arrivals);
    const readModel = await ledger.projected();
    return { sessions: listedSessions(readModel), callbacks: listedCallbacks(readModel) };
  } finally {
    await ledger.close();
  }
}

/** What follows from the callbacks themselves, without when and how often they arrived. */
async function meaningAfter(arrivals: readonly TestArrival[]) {
  const { sessions } = await shownAfter(arrivals);
  return sessions.map((session) => ({
    sequence: session.sequence,
    startedAtMs: session.startedAtMs,
    endedAtMs: session.endedAtMs,
    state: session.state,
    endSide: session.endSide,
  }));
}

/** The same callbacks, received one after the other, all later than anything that they say. */
function arrivedInOrder(arrivals: readonly TestArrival[]): TestArrival[] {
  const lastMs = Math.max(...arrivals.map(({ body }) => Number(body['event_time']) * 1_000));
  return arrivals.map(({ body }, index) => ({ body, receivedAtMs: lastMs + 1_000 * (index + 1) }));
}

describe('the order of arrival does not matter', () => {
  test('property: any permutation of the callbacks and their redeliveries gives the same sessions', async () => {
    const twoOrders = scenario
      .chain(({ callbacks }) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
      .chain((arrivals) => fc.tuple(fc.constant(arrivals), permuted(arrivals)));
    await fc.assert(
      fc.asyncProperty(twoOrders, async ([one, other]) => {
        expect(await shownAfter(other)).toEqual(await shownAfter(one));
      }),
      { ...inTime, numRuns: 60 },
    );
  });

  test('property: nor does it matter when callbacks arrive that carry times, as long as each arrives after it occurred', async () => {
    const timed = scenario
      .map(({ callbacks }) => callbacks.filter(({ body }) => body['event_time'] !== undefined))
      .chain((arrivals) => fc.tuple(permuted(arrivals), permuted(arrivals)));
    await fc.assert(
      fc.asyncProperty(timed, async (orders) => {
        const [one, other] = await Promise.all(orders.map((arrivals) => meaningAfter(arrivedInOrder(arrivals))));
        expect(other).toEqual(one);
      }),
      { ...inTime, numRuns: 60 },
    );
  });

  test('property: redeliveries change nothing but deliveries and the latest arrival, and are no change of a session', async () => {
    const withRedeliveries = scenario.chain(({ callbacks }) =>
      fc.tuple(fc.constant(callbacks), redeliveriesOf(callbacks)),
    );
    await fc.assert(
      fc.asyncProperty(withRedeliveries, async ([callbacks, redeliveries]) => {
        await withLedger(callbacks, async (ledger) => {
          const readModel = await ledger.projected();
          const before = { sessions: listedSessions(readModel), changes: changesOf(readModel.dump()) };
          await ledger.append(redeliveries);
          // The log begins with an event of its own.
          readModel.project((await ledger.events()).slice(1 + callbacks.length));
          const after = listedSessions(readModel);
          expect(changesOf(readModel.dump())).toEqual(before.changes);
          expect(after.map(({ deliveries: _d, lastReceivedAtMs: _l, ...rest }) => rest)).toEqual(
            before.sessions.map(({ deliveries: _d, lastReceivedAtMs: _l, ...rest }) => rest),
          );
          const sum = (sessions: typeof after) => sessions.reduce((total, { deliveries }) => total + deliveries, 0);
          expect(sum(after)).toBe(callbacks.length + redeliveries.length);
        });
      }),
      { ...inTime, numRuns: 40 },
    );
  });

  test('property: an event id that is in the log twice counts once', async () => {
    const doubled = scenario
      .chain(({ callbacks }) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
      .map((arrivals) => arrivals.map((arrival) => ({ ...arrival, eventId: randomUUID() })))
      .chain((arrivals) => fc.tuple(fc.constant(arrivals), fc.subarray(arrivals)))
      .chain(([arrivals, again]) => fc.tuple(fc.constant(arrivals), permuted([...arrivals, ...again])));
    await fc.assert(
      fc.asyncProperty(doubled, async ([once, twice]) => {
        expect(await shownAfter(twice)).toEqual(await shownAfter(once));
      }),
      { ...inTime, numRuns: 40 },
    );
  });
});

function changesOf(dump: Readonly<Record<string, readonly Record<string, unknown>[]>>): unknown[] {
  return (dump['stream_sessions'] ?? []).map(({ id, state, changed_position, changed_ordinal }) => {
    return { id, state, changed_position, changed_ordinal };
  });
}
