import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import {
  receivingOutagesStream,
  type ReceivingOutage,
  createOutageReader,
} from '../../../src/outages/receiving-outage-events.ts';
import type { RecordedEvent } from '../../../src/log/event-store.ts';
import { openLedger } from '../../support/ledger.ts';
import { liveThrough, stepsOf, type HistoryNode } from '../../support/outage-history.ts';
import { expectedOutages } from '../../support/outage-oracle.ts';
import { numRunsOf } from '../../support/num-runs.ts';

const embedded: readonly HistoryNode[] = [{ name: null, hasSpool: false, hasCopy: true }];
const several: readonly HistoryNode[] = [
  { name: 'with a spool', hasSpool: true, hasCopy: true },
  { name: 'without', hasSpool: false, hasCopy: true },
  { name: 'that only receives', hasSpool: true, hasCopy: false },
];

/** What a reader finds in a log that has these events in this order. */
async function read(events: readonly RecordedEvent[], [fromMs, toMs, max] = [-Infinity, Infinity, 10_000]) {
  const ledger = openLedger();
  const reader = createOutageReader(ledger.store);
  // Read in between as well: it goes on where it was.
  const half = Math.floor(events.length / 2);
  for (const [index, event] of events.entries()) {
    if (index === half) await reader.between(-Infinity, Infinity, 1);
    await ledger.appendEvent(event.streamName, event);
  }
  const found = await reader.between(fromMs, toMs, max);
  await ledger.close();
  return found;
}

const inOrder = (outages: readonly ReceivingOutage[]) => outages.map((one) => JSON.stringify(one)).sort();

test.each([
  ['the embedded log', embedded],
  ['several nodes on one log', several],
])(
  'outages of %s are those of its history, in whatever order and however often they were recorded',
  async (_, nodes) => {
    const property = fc.asyncProperty(
      stepsOf(nodes.length),
      fc.infiniteStream(fc.nat()),
      fc.tuple(fc.nat({ max: 4_000_000 }), fc.nat({ max: 4_000_000 }), fc.integer({ min: 1, max: 9 })),
      async (steps, random, [beginMs, lastsMs, max]) => {
        const { happened, events } = await liveThrough(nodes, steps);
        const expected = expectedOutages(happened);
        const recorded = events.filter(({ streamName }) => streamName === receivingOutagesStream);
        expect(inOrder(await read(recorded))).toEqual(inOrder(expected));

        for (const { node, atMs, what } of happened)
          if (what === 'STORED')
            for (const one of expected)
              expect(one.refused === null && one.node === node && one.fromMs < atMs && atMs < one.toMs).toBe(false);

        const again = [...recorded, ...recorded.filter(() => (random.next().value ?? 0) % 2 === 0)];
        const shuffled = again
          .map((event) => [random.next().value ?? 0, event] as const)
          .sort(([one], [other]) => one - other);
        const arrived = shuffled.map(([, event]) => event);
        expect(inOrder(await read(arrived))).toEqual(inOrder(expected));

        const fromMs = (happened[0]?.atMs ?? 0) + beginMs;
        const toMs = fromMs + lastsMs;
        const inside = expected.filter((one) => !(one.toMs < fromMs || one.fromMs > toMs));
        const begins = inside.map((one) => one.fromMs).sort((one, other) => other - one);
        const found = await read(arrived, [fromMs, toMs, max]);
        expect(found.map((one) => one.fromMs)).toEqual(begins.slice(0, max));
        expect(inOrder(inside)).toEqual(expect.arrayContaining(inOrder(found)));
      },
    );
    await fc.assert(property, { numRuns: numRunsOf(40) });
  },
);
