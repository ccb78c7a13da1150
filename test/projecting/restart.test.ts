import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startProjector } from '../../src/projecting/projector.ts';
import { withLedger } from '../support/ledger.ts';
import { projectedTo } from '../support/projected-to.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { numRunsOf } from '../support/num-runs.ts';
import { inTime, permuted, redeliveriesOf, scenario } from '../support/scenarios.ts';

const arrivals = scenario
  .chain(({ callbacks }) => redeliveriesOf(callbacks).map((again) => [...callbacks, ...again]))
  .chain(permuted);

/** Sizes of batches, and whether the process is restarted after each. */
const steps = fc.array(fc.record({ events: fc.integer({ min: 1, max: 6 }), restart: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

describe('the read models depend on the log alone', () => {
  test('property: any batches and any restarts give the same rows, to the last change position', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, steps, async (all, cuts) => {
        await withLedger(all, async (ledger) => {
          const events = await ledger.events();
          const readModel = ledger.openReadModel();
          let next = 0;
          for (const { events: count, restart } of cuts) {
            readModel.project(events.slice(next, next + count));
            next += count;
            if (restart) readModel.reopen();
          }
          readModel.project(events.slice(next));
          expect(readModel.dump()).toEqual((await ledger.projected()).dump());
        });
      }),
      { ...inTime, numRuns: numRunsOf(40) },
    );
  });

  test('property: a rebuild from zero gives the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 7 }), async (all, batchEventsMax) => {
        await withLedger(all, async (ledger) => {
          const events = await ledger.events();
          const readModel = ledger.openReadModel();
          readModel.project(events, batchEventsMax);
          const before = readModel.dump();
          expect(before['callbacks']?.length).toBeGreaterThan(0);
          readModel.startOver();
          expect(readModel.dump()['callbacks']).toEqual([]);
          readModel.project(events);
          expect(readModel.dump()).toEqual(before);
        });
      }),
      { ...inTime, numRuns: numRunsOf(20) },
    );
  });

  test('property: a projector that is stopped and started at any moment goes on from its checkpoint', async () => {
    const parts = scenario.chain(({ callbacks }) =>
      fc.tuple(permuted(callbacks), fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })),
    );
    await fc.assert(
      fc.asyncProperty(parts, async ([all, sizes]) => {
        await withLedger([], async (ledger) => {
          const readModel = ledger.openReadModel();
          const { logger } = openRecordingLogger();
          let next = 0;
          for (const size of [...sizes, Infinity]) {
            const { store } = ledger;
            const projector = await startProjector({ store, rows: readModel.rows, logger });
            const part = all.slice(next, next + size);
            next += size;
            await ledger.append(part);
            // Stopped after, within or before its work: whatever it had come to.
            if (size % 2 === 1) await projectedTo(BigInt(1 + Math.min(next, all.length)), readModel.rows);
            await projector.stop();
            readModel.reopen();
          }
          readModel.project(
            (await ledger.events()).filter(({ position }) => position > (readModel.rows.checkpoint() ?? 0n)),
          );
          expect(readModel.dump()).toEqual((await ledger.projected()).dump());
        });
      }),
      { ...inTime, numRuns: numRunsOf(20) },
    );
  });
});
