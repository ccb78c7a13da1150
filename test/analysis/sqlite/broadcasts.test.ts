import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  Broadcast,
  BroadcastOrder,
  BroadcastsAnswer,
  BroadcastsQuestion,
} from '../../../src/analysis/broadcasts/broadcasts.ts';
import { everything } from '../../../src/lists/listing.ts';
import { Analyst } from '../../../src/analysis/analyst-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { expectedBroadcasts } from '../../support/broadcast-oracle.ts';
import { conditionsOf } from '../../support/list-oracle.ts';
import { patientMs } from '../../support/patience.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { apartMs, changeMs, sessionHistory, withHistory } from '../../support/session-history.ts';
import { tableOf } from '../../support/table-sessions.ts';

const beginsAtMs = changeMs - 3 * 86_400_000;
const numeric = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte'] as const;
const names = ['eq', 'ne', 'in', 'startsWith'] as const;

const windows = fc.oneof(
  fc.constant({ fromMs: 0, toMs: 253_402_300_800_000 }),
  fc.tuple(fc.nat({ max: 6 * 24 * 120 }), fc.constantFrom(1, 120, 2_880, 8_000)).map(([begin, slots]) => ({
    fromMs: beginsAtMs + begin * apartMs,
    toMs: beginsAtMs + (begin + slots) * apartMs,
  })),
);

const asked = fc.record({
  window: windows,
  gapMsMax: fc.constantFrom(0, apartMs, 2 * apartMs, 86_400_000),
  condition: fc.oneof(
    fc.constant(everything),
    conditionsOf<
      'domain' | 'streamId' | 'appId' | 'isLive' | 'reconnects' | 'overlaps' | 'durationMs' | 'availability'
    >({
      domain: { operators: names, values: ['a.example.com', 'c.example.com'] },
      streamId: { operators: names, values: ['s1', 's2'] },
      appId: { operators: ['eq'], values: ['1', '2'] },
      isLive: { operators: ['eq', 'ne'], values: [0, 1] },
      reconnects: { operators: numeric, values: [0, 1, 2] },
      overlaps: { operators: numeric, values: [0, 1] },
      durationMs: { operators: [...numeric, 'isNull'], values: [0, apartMs, 3_600_000, 86_400_000] },
      availability: { operators: [...numeric, 'isNull'], values: [0.5, 0.99, 1] },
    }),
  ),
  order: fc.record({
    by: fc.constantFrom<BroadcastOrder>('STARTED_AT', 'DURATION', 'RECONNECTS', 'LONGEST_GAP', 'AVAILABILITY'),
    descending: fc.boolean(),
  }),
  nowSlots: fc.constantFrom(1, 4 * 2_880, 20_000),
});

const valueOf: Record<BroadcastOrder, (one: Broadcast) => number> = {
  STARTED_AT: ({ startedAtMs }) => startedAtMs,
  DURATION: ({ durationMs }) => durationMs ?? -1,
  RECONNECTS: ({ reconnects }) => reconnects,
  LONGEST_GAP: ({ longestGapMs }) => longestGapMs,
  AVAILABILITY: ({ availability }) => availability ?? -1,
};

/** All pages, one after the other. */
function pagesOf(ask: (page: Pick<BroadcastsQuestion, 'direction' | 'from'>) => BroadcastsAnswer, isForwards: boolean) {
  const rows: Broadcast[] = [];
  let from: BroadcastsQuestion['from'] = null;
  for (;;) {
    const page = ask({ direction: isForwards ? 'forwards' : 'backwards', from });
    const found = page.rows.map(({ row }) => row);
    if (isForwards) rows.push(...found);
    else rows.unshift(...found);
    const edge = isForwards ? page.rows.at(-1) : page.rows[0];
    if (!(isForwards ? page.hasNextPage : page.hasPreviousPage)) return { rows, rowCount: page.total?.rows };
    if (edge === undefined) throw new Error('A page without rows is the last one.');
    from = edge.key;
  }
}

test('property: broadcasts equal what linking all sessions of each stream gives, in every order and by pages', async () => {
  const nameOf = ({ sequences }: Broadcast) => sequences.join();
  const byName = (one: Broadcast, other: Broadcast) => (nameOf(one) < nameOf(other) ? -1 : 1);
  await fc.assert(
    fc.asyncProperty(sessionHistory, fc.array(asked, { minLength: 6, maxLength: 6 }), async (history, questions) => {
      await withHistory(history, async (ledger) => {
        const readModel = await ledger.projected();
        const { sessions } = tableOf(history);
        const db = openReadModelForReading(readModel.db.name);
        try {
          const analyst = new Analyst(db);
          for (const { nowSlots, ...one } of questions) {
            const nowMs = beginsAtMs + nowSlots * apartMs;
            const { fromMs, toMs } = one.window;
            const window = { fromMs, toMs: Math.max(fromMs, Math.min(toMs, nowMs)) };
            const expected = fromMs < window.toMs ? expectedBroadcasts(sessions, { ...one, window }) : [];
            const ask = (page: Pick<BroadcastsQuestion, 'direction' | 'from'>) => {
              const question = { kind: 'broadcasts', ...one, ...page, rowsMax: 2, wantsSequences: true } as const;
              return analyst.answer([question], { isCancelled: () => false, nowMs, msMax: patientMs })
                .answers[0] as BroadcastsAnswer;
            };
            const forwards = pagesOf(ask, true);
            expect(forwards.rowCount).toBe(expected.length);
            expect([...forwards.rows].sort(byName)).toEqual([...expected].sort(byName));
            const values = forwards.rows.map(valueOf[one.order.by]);
            const sign = one.order.descending ? -1 : 1;
            expect(values).toEqual([...values].sort((first, second) => sign * (first - second)));
            expect(pagesOf(ask, false)).toEqual(forwards);
          }
        } finally {
          db.close();
        }
      });
    }),
    { numRuns: numRunsOf(40) },
  );
});
