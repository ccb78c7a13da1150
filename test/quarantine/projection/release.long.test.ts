import { nobody } from '../../../src/log/author.ts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withLedger, type Ledger, type TestArrival } from '../../support/ledger.ts';
import { decisionsOf, quarantine } from '../../support/quarantined.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { anyRelayCallbacks, timedRelayCallbacks } from '../../support/relay-scenarios.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../../support/scenarios.ts';
import { listedCallbacks, listedSessions } from '../../support/expected-sessions.ts';
import { shownAttributions, shownTasks } from '../../support/expected-tasks.ts';

const by = { author: nobody, reason: null };

/** An arrival with its fate: accepted at once, or quarantined and released after so many others, once or several times. */
interface Fate {
  readonly arrival: TestArrival;
  readonly releasedAfter: readonly number[];
}

const releasedAfter = fc.oneof(
  fc.constant([]),
  fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
);

function fates(arrivals: readonly TestArrival[]): fc.Arbitrary<Fate[]> {
  return fc
    .array(releasedAfter, { minLength: arrivals.length, maxLength: arrivals.length })
    .map((all) => arrivals.map((arrival, index) => ({ arrival, releasedAfter: all[index] ?? [] })));
}

/** Appends all in order, with every release at its moment, the rest of them at the end. */
async function live(ledger: Ledger, all: readonly Fate[]): Promise<void> {
  const decisions = decisionsOf(ledger);
  const waiting: { readonly at: number; readonly release: () => Promise<unknown> }[] = [];
  for (const [index, { arrival, releasedAfter: moments }] of all.entries()) {
    for (const due of waiting.filter(({ at }) => at === index)) await due.release();
    if (moments.length === 0) await ledger.append([arrival]);
    else {
      const event = await quarantine(ledger, arrival);
      for (const moment of moments) {
        waiting.push({ at: index + 1 + moment, release: () => decisions.release([event], by) });
      }
    }
  }
  const late = waiting.filter(({ at }) => at >= all.length).sort((one, other) => one.at - other.at);
  for (const { release } of late) await release();
}

/** All that readers see, except positions in the log. */
function viewOf(readModel: TestReadModel) {
  expect(readModel.logLines).toEqual([]);
  return {
    sessions: listedSessions(readModel),
    callbacks: listedCallbacks(readModel),
    tasks: shownTasks(readModel),
    attributions: shownAttributions(readModel),
  };
}

async function viewIfAccepted(all: readonly Fate[]) {
  let accepted: ReturnType<typeof viewOf> | null = null;
  await withLedger(
    all.map(({ arrival }) => arrival),
    async (ledger) => {
      accepted = viewOf(await ledger.projected());
    },
  );
  return accepted;
}

const steps = fc.array(fc.record({ events: fc.integer({ min: 1, max: 9 }), restart: fc.boolean() }), { maxLength: 8 });

async function expectAsIfAccepted(all: readonly Fate[], cuts: readonly { events: number; restart: boolean }[]) {
  await withLedger([], async (ledger) => {
    await live(ledger, all);
    const events = await ledger.events();
    const readModel = ledger.openReadModel();
    let next = 0;
    for (const { events: count, restart } of cuts) {
      readModel.project(events.slice(next, next + count));
      next += count;
      if (restart) readModel.reopen();
    }
    readModel.project(events.slice(next), 7);
    expect(viewOf(readModel)).toEqual(await viewIfAccepted(all));
    const rebuilt = await ledger.projected();
    expect(rebuilt.dump()).toEqual(readModel.dump());
    const released = all.filter(({ releasedAfter: moments }) => moments.length > 0);
    const { quarantined } = readModel.dump();
    expect(quarantined?.map(({ status }) => status)).toEqual(released.map(() => 'RELEASED'));
  });
}

describe('what was quarantined and released is shown as if it had been accepted at once', () => {
  test('property: sessions, of any pushes and interruptions and their redeliveries', async () => {
    const all = scenario
      .chain(({ callbacks }) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
      .chain(permuted)
      .chain(fates);
    await fc.assert(fc.asyncProperty(all, steps, expectAsIfAccepted), { ...inTime, numRuns: 25 });
  });

  test('property: tasks, of any relay callbacks that carry times, and their redeliveries', async () => {
    const all = timedRelayCallbacks
      .chain((callbacks) => fc.subarray(callbacks).map((again) => [...callbacks, ...again]))
      .chain(permuted)
      .chain(fates);
    await fc.assert(fc.asyncProperty(all, steps, expectAsIfAccepted), { ...inTime, numRuns: 25 });
  });

  // Equal ones without a time are distinguished by the order in which they arrived: see docs/decisions/0013-quarantine.md.
  test('property: tasks, of relay callbacks of which many carry no time, and no two are equal', async () => {
    const all = anyRelayCallbacks
      .map((callbacks) =>
        callbacks.map(({ body, receivedAtMs }, distinct) => ({ body: { ...body, distinct }, receivedAtMs })),
      )
      .chain(permuted)
      .chain(fates);
    await fc.assert(fc.asyncProperty(all, steps, expectAsIfAccepted), { ...inTime, numRuns: 25 });
  });

  test('property: tasks, of any relay callbacks that are all quarantined and released, oldest first, and then again in any order', async () => {
    const again = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 2 });
    const all = anyRelayCallbacks.chain((callbacks) =>
      fc.array(again, { minLength: callbacks.length, maxLength: callbacks.length }).map((later) =>
        callbacks.map((arrival, index) => ({
          arrival,
          releasedAfter: [0, ...(later[index] ?? [])].map((after) => callbacks.length + after),
        })),
      ),
    );
    await fc.assert(fc.asyncProperty(all, steps, expectAsIfAccepted), { ...inTime, numRuns: 25 });
  });
});

describe('an arrival counts once, however often it is released', () => {
  const beginsAtMs = 1_600_000_000_000;
  const deliveriesOf = (readModel: TestReadModel) =>
    (readModel.dump()['callbacks'] ?? []).reduce((sum, { deliveries }) => sum + Number(deliveries), 0);

  test('property: of equal relay callbacks without a time, on both sides of the window, in whatever order', async () => {
    const arrival = fc.record({ alarm: fc.constantFrom('a', 'a', 'b'), at: fc.nat(9) }).map(({ alarm, at }) => ({
      body: relayBody('TaskAlarm', { type: alarm }),
      receivedAtMs: beginsAtMs + at * 25_000,
    }));
    const moments = fc.array(fc.nat(8), { maxLength: 3 });
    const all = fc.array(fc.record({ arrival, releasedAfter: moments }), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(all, async (every) => {
        await withLedger([], async (ledger) => {
          await live(ledger, every);
          const readModel = ledger.openReadModel();
          readModel.project(await ledger.events(), 3);
          expect(readModel.logLines).toEqual([]);
          expect(deliveriesOf(readModel)).toBe(every.length);
          expect((await ledger.projected()).dump()).toEqual(readModel.dump());
        });
      }),
      { ...inTime, numRuns: 40 },
    );
  });

  test('also where it is its own callback and would by now be a redelivery of another', async () => {
    const body = relayBody('TaskAlarm', { type: 'PullFileFailed' }, { task_id: '118' });
    const at = (seconds: number) => ({ body, receivedAtMs: beginsAtMs + seconds * 1_000 });
    await withLedger([at(-100)], async (ledger) => {
      const decisions = decisionsOf(ledger);
      const late = await quarantine(ledger, at(0));
      const between = await quarantine(ledger, at(-50));
      for (const event of [late, between, late]) expect(await decisions.release([event], by)).toEqual(['DONE']);
      expect(deliveriesOf(await ledger.projected())).toBe(3);
    });
  });
});
