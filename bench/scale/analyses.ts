import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import type {
  ConcurrencyAnswer,
  SessionFigures,
  SessionStatisticsQuestion,
} from '../../src/analysis/statistics/session-statistics.ts';
import type { AnalysisQuestion } from '../../src/analysis/threads/start.ts';
import type { StatisticsAnswer } from '../../src/analysis/statistics/statistics.ts';
import { Analyst } from '../../src/analysis/analyst-table.ts';
import { historyBeginsMs, historyEndsMs } from './history.ts';

const dayMs = 86_400_000;
const everything = { and: [] } as const;

const statistics = (
  fromMs: number,
  toMs: number,
  rest: Partial<SessionStatisticsQuestion> = {},
): SessionStatisticsQuestion => ({
  kind: 'streamSessionStatistics',
  condition: everything,
  window: { fromMs, toMs },
  dimensions: [],
  period: null,
  timeZone: 'Europe/Berlin',
  order: { by: 'GROUP', descending: false },
  rowsMax: 500,
  wantsReconnects: false,
  ...rest,
});
const concurrency = (fromMs: number, toMs: number, stepMs: number): AnalysisQuestion => ({
  kind: 'concurrency',
  condition: everything,
  window: { fromMs, toMs },
  stepMs,
});

const [lastMonth, lastDay] = [historyEndsMs - 30 * dayMs, historyEndsMs - dayMs];
const [firstMonth, earlyDay] = [historyBeginsMs + dayMs, historyBeginsMs + 10 * dayMs];
const ofDomain = { field: 'domain', operator: 'eq', value: 'push3.example.com' } as const;
const ofStream = { field: 'streamId', operator: 'eq', value: 'stream-7' } as const;

/** The questions, by name. */
export const questions: readonly (readonly [name: string, question: AnalysisQuestion])[] = [
  ['the last day', statistics(lastDay, historyEndsMs)],
  ['the last day, with reconnects', statistics(lastDay, historyEndsMs, { wantsReconnects: true })],
  ['the last day by domain and hour', statistics(lastDay, historyEndsMs, { dimensions: ['DOMAIN'], period: 'HOUR' })],
  ['a day 80 days ago', statistics(earlyDay, earlyDay + dayMs)],
  ['30 days', statistics(lastMonth, historyEndsMs)],
  ['30 days, with reconnects', statistics(lastMonth, historyEndsMs, { wantsReconnects: true })],
  ['30 days by domain and day', statistics(lastMonth, historyEndsMs, { dimensions: ['DOMAIN'], period: 'DAY' })],
  ['30 days, of a domain', statistics(lastMonth, historyEndsMs, { condition: ofDomain })],
  ['30 days, the first ones', statistics(firstMonth, firstMonth + 30 * dayMs)],
  ['90 days, of a stream', statistics(historyBeginsMs, historyEndsMs, { condition: ofStream })],
  ['concurrency of the last day, by minute', concurrency(lastDay, historyEndsMs, 60_000)],
  ['concurrency of a day 80 days ago', concurrency(earlyDay, earlyDay + dayMs, 60_000)],
  ['concurrency of 30 days, by half hour', concurrency(lastMonth, historyEndsMs, 1_800_000)],
];

/** Wall-clock and CPU milliseconds of each round. */
export interface Taken {
  readonly wallMs: readonly number[];
  readonly cpuMs: readonly number[];
}

/** Asks once a round, each time with a new analyst, which has no cached answers. */
export function timeQuestion(db: Database.Database, question: AnalysisQuestion, rounds: number): Taken {
  const [wallMs, cpuMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const [begun, before] = [performance.now(), process.cpuUsage()];
    answer(db, question);
    wallMs.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
  }
  return { wallMs, cpuMs };
}

function answer(db: Database.Database, question: AnalysisQuestion): unknown {
  return new Analyst(db).answer([question], { isCancelled: () => false, nowMs: historyEndsMs, msMax: 60_000 })
    .answers[0];
}

/**
 * Compares the answers for a month and an early day with results computed from all sessions, read one by one.
 * @throws Error - they differ
 */
export function checkAnalyses(db: Database.Database): void {
  for (const [fromMs, toMs] of [
    [lastMonth, historyEndsMs],
    [earlyDay, earlyDay + dayMs],
  ] as const) {
    const { began, ended, pushed, reconnects, live } = db
      .prepare<[], Readonly<Record<'began' | 'ended' | 'pushed' | 'reconnects' | 'live', number>>>(
        oracleSql(fromMs, toMs),
      )
      .get() ?? { began: NaN, ended: NaN, pushed: NaN, reconnects: NaN, live: NaN };
    const { total } = answer(
      db,
      statistics(fromMs, toMs, { wantsReconnects: true }),
    ) as StatisticsAnswer<SessionFigures>;
    const { points } = answer(db, concurrency(fromMs, toMs, dayMs)) as ConcurrencyAnswer;
    const found = [total.began, total.ended, total.pushedMs, total.reconnects, points[0]?.live];
    const expected = [began, ended, pushed, reconnects, live];
    if (found.join() !== expected.join())
      throw new Error(`Statistics are ${found.join()} instead of ${expected.join()}.`);
  }
}

/** Selects from the whole table, with the neighbours of all sessions. */
function oracleSql(fromMs: number, toMs: number): string {
  return `WITH neighbours AS (
      SELECT state, started_at, coalesce(ended_at, closed_at) AS ended, stream_key,
        lead(ordered_at) OVER stream AS next_at,
        lag(state) OVER stream AS state_before, lag(coalesce(ended_at, closed_at)) OVER stream AS ended_before
      FROM stream_sessions NOT INDEXED
      WINDOW stream AS (PARTITION BY stream_key ORDER BY ordered_at, sequence_order)
    ), spans AS (
      SELECT *, started_at >= ${fromMs} AND started_at < ${toMs} AS began,
        CASE state WHEN 'LIVE' THEN ${toMs} WHEN 'SUPERSEDED' THEN next_at ELSE ended END AS stopped
      FROM neighbours
    )
    SELECT sum(began) AS began, sum(ended >= ${fromMs} AND ended < ${toMs}) AS ended,
      sum(max(0, min(stopped, ${toMs}) - max(started_at, ${fromMs}))) AS pushed,
      sum(began AND stream_key IS NOT NULL
        AND (state_before IN ('LIVE', 'SUPERSEDED') OR started_at - ended_before <= 60000)) AS reconnects,
      sum(started_at <= ${fromMs} AND stopped > ${fromMs}) AS live
    FROM spans`;
}
