import { describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../simulator/delivery/wire-body.ts';
import { stories } from '../../simulator/scenario/scenario-context.ts';
import { scenarioOf } from '../../simulator/scenario/scenario.ts';
import { liveThen } from '../../src/incidents/incident-words.ts';
import { everything, RowBudget } from '../../src/lists/listing.ts';
import { withLedger, type TestArrival } from '../support/ledger.ts';
import { numRunsOf } from '../support/num-runs.ts';
import { someMomentMs } from '../support/simulation.ts';

/** The callbacks of a story, each a second after it happened. */
function arrivalsOf(callbacks: ReturnType<typeof scenarioOf>['callbacks']): TestArrival[] {
  return callbacks.map((callback) => {
    const fields = Object.entries(bodyOf(callback)).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ]);
    return { body: Object.fromEntries(fields) as Record<string, unknown>, receivedAtMs: callback.atMs + 1_000 };
  });
}

/** Each is a simulation of hours: the long tier has all of them. */
const seeds = ['1', '2', '3'].slice(0, numRunsOf(3, 1));

describe.each(stories)('the story %s', (story) => {
  test.each(seeds)('has its incident and no other, with the seed %s', async (seed) => {
    const options = { seed, atMs: someMomentMs, sessions: 0, tasks: 0, domains: [], story };
    const { callbacks, knownIncidents } = scenarioOf(options);
    await withLedger(arrivalsOf(callbacks), async (ledger) => {
      const readModel = await ledger.projected();
      const { rows } = readModel.read((reader) =>
        reader.incidents({
          condition: everything,
          order: { by: 'STARTED_AT', descending: true },
          direction: 'forwards',
          from: null,
          rowsMax: 10,
          countMax: null,
          budget: new RowBudget(1_000),
        }),
      );
      expect(rows.map(({ row }) => row)).toMatchObject(knownIncidents ?? []);
      expect(rows).toHaveLength(story === 'quiet' ? 0 : 1);
      for (const { row } of rows) {
        // What one story alone has: all of its relays pull from one host, and all 518 streams of the night push.
        const of = { night: 518, 'relay-source': row.affected } as const;
        if (story in of)
          expect(readModel.read((reader) => liveThen({ ...row, affected: 0 }, reader))).toBe(
            of[story as keyof typeof of],
          );
        const evidence = readModel.read((reader) =>
          reader.callbacksOfIncident(row.number, 100).map((position) => reader.callbackByPosition(position)),
        );
        // Attempts of one stream within a minute are one failure.
        expect(evidence.length).toBeGreaterThanOrEqual(Math.min(100, row.failures));
        const [eventType, callbackEvent] = row.kind === 'RELAY_RUN' ? [314, 'TaskExit'] : [0, null];
        for (const callback of evidence) expect(callback).toMatchObject({ eventType, callbackEvent });
        const times = evidence.map((callback) => callback?.occurredAtMs ?? callback?.receivedAtMs ?? 0);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(row.startedAtMs);
      }
    });
  });
});
