import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Analyst } from '../../../src/analysis/analyst-table.ts';
import type { BroadcastsAnswer } from '../../../src/analysis/broadcasts/broadcasts.ts';
import type { MissingCallbacksAnswer } from '../../../src/analysis/missing/missing-callbacks.ts';
import type { SessionStatisticsQuestion } from '../../../src/analysis/statistics/session-statistics.ts';
import type { AnalysisQuestion } from '../../../src/analysis/threads/start.ts';
import { everything } from '../../../src/lists/listing.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { expectedConcurrency, expectedStatistics, oracleSessions } from '../../support/analysis-oracle.ts';
import { expectedBroadcasts } from '../../support/broadcast-oracle.ts';
import { missingOfSessions } from '../../support/missing-oracle.ts';
import { patientMs } from '../../support/patience.ts';
import { apartMs, changeMs, sessionHistory, withHistory } from '../../support/session-history.ts';
import { tableOf } from '../../support/table-sessions.ts';

const nowMs = changeMs + 10 * 86_400_000;
const windows = fc.tuple(fc.nat({ max: 6 * 24 * 120 }), fc.constantFrom(1, 120, 2_880, 8_000)).map(([begin, slots]) => {
  const fromMs = changeMs - 3 * 86_400_000 + begin * apartMs;
  return { fromMs, toMs: Math.min(fromMs + slots * apartMs, nowMs) };
});
const page = { direction: 'forwards', from: null, rowsMax: 1_000, condition: everything } as const;
const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

test('property: statistics, concurrency, broadcasts and missing callbacks of many histories are as the table says', async () => {
  await fc.assert(
    fc.asyncProperty(sessionHistory, windows, async (history, window) => {
      await withHistory(history, async (ledger) => {
        const { sessions } = tableOf(history);
        const db = openReadModelForReading((await ledger.projected()).db.name);
        const analyst = new Analyst(db);
        const ask = (question: AnalysisQuestion) =>
          analyst.answer([question], { isCancelled: () => false, nowMs, msMax: patientMs }).answers[0];
        try {
          const statistics: SessionStatisticsQuestion = {
            kind: 'streamSessionStatistics',
            condition: everything,
            window,
            dimensions: [],
            period: null,
            timeZone: 'UTC',
            order: { by: 'GROUP', descending: false },
            rowsMax: 10,
            wantsReconnects: true,
          };
          const ofAll = oracleSessions(sessions);
          expect(ask(statistics)).toMatchObject({ total: expectedStatistics(ofAll, statistics, apartMs).total });

          const stepMs = 40 * apartMs;
          expect(ask({ kind: 'concurrency', condition: everything, window, stepMs })).toEqual(
            expectedConcurrency(ofAll, { window, stepMs, apartMs }),
          );

          const order = { by: 'STARTED_AT', descending: true } as const;
          const stitched = { ...page, window, gapMsMax: 60_000, order, wantsSequences: true };
          const broadcasts = ask({ kind: 'broadcasts', ...stitched }) as BroadcastsAnswer;
          const rows = broadcasts.rows.map(({ row }) => row);
          expect(rows.sort(byText)).toEqual([...expectedBroadcasts(sessions, stitched)].sort(byText));

          const expected = { ...page, window, silentAfterMs: 120 * apartMs };
          const inOrder = { ...expected, order: { by: 'EXPECTED_AT', descending: true } } as const;
          const missing = ask({ kind: 'missingCallbacks', ...inOrder }) as MissingCallbacksAnswer;
          const timesOf = (one: { reason: string; expectedFromMs: number | null; expectedToMs: number }) =>
            `${one.reason} ${one.expectedFromMs} ${one.expectedToMs}`;
          const found = missing.rows.map(({ row }) => row).filter(({ reason }) => reason !== 'DOMAIN_SILENT');
          expect(found.map(timesOf).sort()).toEqual(missingOfSessions(sessions, expected).map(timesOf).sort());
        } finally {
          db.close();
        }
      });
    }),
    { numRuns: 500 },
  );
});
