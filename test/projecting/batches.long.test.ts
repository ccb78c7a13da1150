import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { projectEvent } from '../../src/projecting/project-batch.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { withLedger, type Ledger, type TestArrival } from '../support/ledger.ts';
import { anyRelayCallbacks } from '../support/relay-scenarios.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';

/** Sessions, relay tasks, redeliveries, and event ids that are in the log twice, in the order of a scenario or in any. */
const anyArrivals = fc
  .tuple(scenario, anyRelayCallbacks)
  .map(([{ callbacks }, relay]) => [...callbacks, ...relay])
  .chain((callbacks) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
  .map((arrivals) => arrivals.map((arrival) => ({ ...arrival, eventId: randomUUID() })))
  .chain((arrivals) => {
    const maxLength = Math.min(4, arrivals.length);
    return fc.subarray(arrivals, { maxLength }).map((twice) => [...arrivals, ...twice]);
  })
  .chain((arrivals) => fc.oneof(fc.constant(arrivals), permuted(arrivals)));

interface Batch {
  readonly size: number;
  /** Whether the process is started anew after it. */
  readonly restart: boolean;
}

/** Where the events are cut; the last batch goes on to the end. */
const split = fc.array(fc.record({ size: fc.integer({ min: 1, max: 20 }), restart: fc.boolean() }), { maxLength: 8 });

function inBatches(ledger: Ledger, events: readonly RecordedEvent[], batches: readonly Batch[]) {
  const readModel = ledger.openReadModel();
  let next = 0;
  for (const { size, restart } of batches) {
    readModel.project(events.slice(next, next + size));
    next += size;
    if (restart) readModel.reopen();
  }
  readModel.project(events.slice(next));
  return readModel.dump();
}

function oneByOne(ledger: Ledger, events: readonly RecordedEvent[]) {
  const readModel = ledger.openReadModel();
  readModel.project(events, 1);
  return readModel.dump();
}

/** What can't be projected, at any positions among the others. */
function poisonedAt(events: readonly RecordedEvent[], positions: readonly number[]): RecordedEvent[] {
  return events.map((event, index) => (positions.includes(index) ? { ...event, data: Buffer.from('no JSON') } : event));
}

describe('events in one batch', () => {
  test('property: give the rows of all tables that the same events give one by one, wherever they are cut, with restarts or without', async () => {
    await fc.assert(
      fc.asyncProperty(anyArrivals, split, async (arrivals, batches) => {
        await withLedger(arrivals, async (ledger) => {
          const events = await ledger.events();
          const expected = oneByOne(ledger, events);
          expect(expected['callbacks']?.length).toBeGreaterThan(0);
          expect(inBatches(ledger, events, batches)).toEqual(expected);
          expect(inBatches(ledger, events, [])).toEqual(expected);
        });
      }),
      { ...inTime, numRuns: 40 },
    );
  });

  test('property: are projected but for those that can not be, as if these were not there', async () => {
    const positions = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyArrivals, split, positions, async (arrivals, batches, poison) => {
        await withLedger(arrivals, async (ledger) => {
          const all = await ledger.events();
          // The log's own event is first, and is never read.
          const poisoned = poisonedAt(
            all,
            poison.map((position) => 1 + (position % (all.length - 1))),
          );
          const healthy = poisoned.filter((event, index) => event === all[index]);
          const { poisoned: noted, progress, ...rows } = inBatches(ledger, poisoned, batches);
          const { poisoned: none, progress: _, ...expected } = oneByOne(ledger, healthy);
          expect(rows).toEqual(expected);
          expect(none).toEqual([]);
          expect(noted?.map(({ position }) => position).sort()).toEqual(
            poisoned
              .filter((event) => !healthy.includes(event))
              .map(({ position }) => String(position))
              .sort(),
          );
          expect(progress).toMatchObject([{ position: String(all.at(-1)?.position) }]);
        });
      }),
      { ...inTime, numRuns: 40 },
    );
  });

  test('leave nothing behind where they fail at any moment: neither rows nor anything cached of them', async () => {
    const arrivals = [
      { body: pushBody(), receivedAtMs: 1_000 },
      { body: interruptionBody(), receivedAtMs: 2_000 },
      { body: pushBody({ sequence: '2', event_time: 1_545_115_900 }), receivedAtMs: 3_000 },
    ];
    await withLedger(arrivals, async (ledger) => {
      const events = await ledger.events();
      const readModel = ledger.openReadModel();
      const expected = oneByOne(ledger, events);
      const empty = readModel.dump();
      for (let failAfter = 1; failAfter <= events.length; failAfter += 1) {
        const failing = () =>
          readModel.rows.transaction(() => {
            for (const event of events.slice(0, failAfter)) projectEvent(readModel.rows, event);
            throw new Error('as on a full disk');
          });
        expect(failing).toThrow('full disk');
        expect(readModel.dump()).toEqual(empty);
      }
      readModel.project(events);
      expect(readModel.dump()).toEqual(expected);
    });
  });

  test('do not nest, so that no part of a batch can be undone without the rest', async () => {
    await withLedger([], (ledger) => {
      const { rows } = ledger.openReadModel();
      const nested = () => rows.transaction(() => rows.transaction(() => 'done'));
      expect(nested).toThrow('does not nest');
    });
  });

  const inOneSecond = (...sequences: string[]): TestArrival[] =>
    sequences.map((sequence) => ({ body: pushBody({ sequence }), receivedAtMs: 1_000 }));

  test.each([
    ['of any alphabet have the order of the file', inOneSecond('\uffee\uffee', '😀', '\uffee\uffed', 'ab'), 4],
    ['that differ by half a character are one session, as in the file', inOneSecond('\ud800', '\ud801'), 1],
    [
      'with blanks are no other account’s',
      [...inOneSecond('1 2'), { body: pushBody({ sequence: '2', appid: '12345678 1' }), receivedAtMs: 1 }],
      2,
    ],
  ])('whose sequences %s', async (_name, arrivals, sessions) => {
    await withLedger(arrivals, async (ledger) => {
      const events = await ledger.events();
      const expected = oneByOne(ledger, events);
      expect(expected['stream_sessions']).toHaveLength(sessions);
      expect(expected['poisoned']).toEqual([]);
      expect(inBatches(ledger, events, [])).toEqual(expected);
    });
  });
});
