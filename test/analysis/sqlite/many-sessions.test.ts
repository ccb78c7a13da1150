import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import type { SessionFigures, SessionStatisticsQuestion } from '../../../src/analysis/statistics/session-statistics.ts';
import type { StatisticsAnswer } from '../../../src/analysis/statistics/statistics.ts';
import type { Condition } from '../../../src/lists/listing.ts';
import type { StreamSessionOrder } from '../../../src/sessions/stream-session-fields.ts';
import type { AnalysisQuestion } from '../../../src/analysis/threads/start.ts';
import { AnalysisCancelled, Analyst } from '../../../src/analysis/analyst-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { openLedger, type Ledger } from '../../support/ledger.ts';
import { matches, type OracleRow } from '../../support/list-oracle.ts';
import { patientMs } from '../../support/patience.ts';
import { fillSessions, type StreamSessionFilterField } from '../../support/list-rows.ts';

/** More sessions than are read at once, hundreds of them at each moment. */
const sessionCount = 12_000;
const baseMs = 1_600_000_000_000;

let ledger: Ledger;
let writer: Database.Database;
let db: Database.Database;
let rows: readonly OracleRow<StreamSessionFilterField, StreamSessionOrder>[];
beforeAll(() => {
  ledger = openLedger();
  const readModel = ledger.openReadModel();
  writer = readModel.db;
  rows = fillSessions(writer, sessionCount);
  db = openReadModelForReading(readModel.db.name);
});
afterAll(async () => {
  db.close();
  await ledger.close();
});

const question = (asked: Partial<SessionStatisticsQuestion>): SessionStatisticsQuestion => ({
  kind: 'streamSessionStatistics',
  condition: { and: [] },
  window: { fromMs: baseMs, toMs: baseMs + 60_000 },
  dimensions: [],
  period: null,
  timeZone: 'UTC',
  order: { by: 'GROUP', descending: false },
  rowsMax: 500,
  wantsReconnects: false,
  ...asked,
});
const limits = { isCancelled: () => false, nowMs: baseMs + 1e9, msMax: patientMs };
const ask = (asked: Partial<SessionStatisticsQuestion>) =>
  new Analyst(db).answer([question(asked)], limits).answers[0] as StatisticsAnswer<SessionFigures>;

/** Of the fields alone: these rows have no neighbours, so a SUPERSEDED one never pushed as far as is known. */
function expected(condition: Condition<StreamSessionFilterField>, fromMs: number, toMs: number) {
  const isWithin = (ms: unknown) => typeof ms === 'number' && ms >= fromMs && ms < toMs;
  const matching = rows.map(({ fields }) => fields).filter((fields) => matches(fields, condition));
  const pushed = matching.map(({ state, startedAt, endedAt, closedAt }) => {
    const stopped = state === 'LIVE' ? toMs : (endedAt ?? closedAt);
    if (typeof startedAt !== 'number' || typeof stopped !== 'number') return 0;
    return Math.max(0, Math.min(stopped, toMs) - Math.max(startedAt, fromMs));
  });
  return {
    began: matching.filter(({ startedAt }) => isWithin(startedAt)).length,
    ended: matching.filter(({ endedAt }) => isWithin(endedAt)).length,
    pushedMs: pushed.reduce((one, other) => one + other, 0),
  };
}

const windows: [fromMs: number, toMs: number][] = [
  [baseMs, baseMs + 60_000],
  [baseMs + 7_000, baseMs + 8_000],
  [baseMs + 10_000, baseMs + 15_000],
  [baseMs + 19_000, baseMs + 90_000],
  [baseMs - 60_000, baseMs],
];
const conditions: Condition<StreamSessionFilterField>[] = [
  { and: [] },
  { field: 'accessPoint', operator: 'eq', value: 'n1' },
  { field: 'state', operator: 'eq', value: 'LIVE' },
  { field: 'path', operator: 'ne', value: 'nowhere' },
  { field: 'domain', operator: 'eq', value: 'ab' },
  { field: 'sequence', operator: 'in', values: ['1', '2', '17', '400'] },
];

describe('statistics of more sessions than are read at once', () => {
  test.each(windows)('from %d to %d every session counts once, whatever finds it', (fromMs, toMs) => {
    for (const condition of conditions) {
      const { total } = ask({ condition, window: { fromMs, toMs } });
      expect([condition, total]).toMatchObject([condition, expected(condition, fromMs, toMs)]);
    }
  });

  test('rows come in the order asked for, equal ones by their group, and no more than asked for', () => {
    const asked = { dimensions: ['ACCESS_POINT', 'PATH'], wantsReconnects: true } as const;
    const all = ask(asked).rows;
    const groups = all.map(({ group }) => JSON.stringify(group));
    expect(groups).toEqual(['[null,null]', '[null,"live"]', '[null,"vod"]', '["n1",null]', ...groups.slice(4)]);
    for (const [by, figure] of [
      ['BEGAN', 'began'],
      ['MEDIAN', 'medianMs'],
      ['LONGEST', 'longestMs'],
    ] as const) {
      const best = ask({ ...asked, order: { by, descending: true }, rowsMax: 4 });
      expect(best.rowCount).toBe(9);
      const sorted = [...all].sort((one, other) => Number(other[figure]) - Number(one[figure])).slice(0, 4);
      expect(best.rows).toEqual(sorted);
    }
    expect(ask({ ...asked, rowsMax: 0 })).toMatchObject({ rows: [], rowCount: 9 });
  });

  test('too many groups are refused', () => {
    const window = { fromMs: baseMs, toMs: baseMs + 10 * 86_400_000 };
    const tooMany = { window, dimensions: ['STREAM_ID', 'DOMAIN', 'ACCESS_POINT', 'APP_ID'], period: 'HOUR' } as const;
    expect(() => ask(tooMany)).toThrow(expect.objectContaining({ code: 'OPERATION_TOO_COSTLY' }));
  });

  test('an analysis ends where nobody waits for it, and where its time is up', () => {
    const analyst = new Analyst(db);
    expect(() => analyst.answer([question({})], { ...limits, isCancelled: () => true })).toThrow(AnalysisCancelled);
    expect(() => analyst.answer([question({})], { ...limits, msMax: 0 })).toThrow(
      expect.objectContaining({ code: 'OPERATION_TIMEOUT' }),
    );
    const tasks = { ...question({}), kind: 'relayTaskStatistics' } as unknown as AnalysisQuestion;
    const month = { window: { fromMs: baseMs - 31 * 86_400_000, toMs: baseMs } };
    for (const [asked, said] of [
      [
        [question(month), question({})],
        /^streamSessionStatistics took longer than 0 s. Ask for less than these 31 days at once, or filter by /,
      ],
      [[tasks], /^relayTaskStatistics took longer than 0 s. Filter by streamId or domain. The operator gives more /],
    ] as const) {
      expect(() => analyst.answer(asked, { ...limits, msMax: 0 })).toThrow(said);
    }
    // And the connection is of use afterwards.
    expect(analyst.answer([question({})], limits).answers).toHaveLength(1);
  });

  test('the same question of the same state is answered once; of another state anew', () => {
    const analyst = new Analyst(db);
    const [first] = analyst.answer([question({})], limits).answers;
    const isCancelled = () => true;
    // Whatever reads would end.
    expect(analyst.answer([question({})], { ...limits, isCancelled }).answers[0]).toBe(first);
    writer.prepare('UPDATE progress SET position = 7').run();
    expect(() => analyst.answer([question({})], { ...limits, isCancelled })).toThrow(AnalysisCancelled);
  });
});
