import { describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { periodKinds } from '../../../src/analysis/periods.ts';
import {
  type ConcurrencyDimension,
  type SessionDimension,
  type SessionFigures,
  type SessionMeasure,
  type SessionStatisticsQuestion,
  sessionDimensions,
  sessionMeasures,
} from '../../../src/analysis/statistics/session-statistics.ts';
import type { StatisticsAnswer, StatisticsKey } from '../../../src/analysis/statistics/statistics.ts';
import { everything, type Condition } from '../../../src/lists/listing.ts';
import { toCondition } from '../../../src/lists/conditions.ts';
import { streamSessionFields, type StreamSessionField } from '../../../src/sessions/stream-session-fields.ts';
import { createScheduleCheck } from '../../../src/alerts/alert-rule.ts';
import { gapsMax } from '../../../src/analysis/uptime/uptime.ts';
import { Analyst } from '../../../src/analysis/analyst-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import {
  expectedConcurrency,
  expectedStatistics,
  isLiveAt,
  oracleSessions,
  type OracleSession,
} from '../../support/analysis-oracle.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { conditionsOf, matches } from '../../support/list-oracle.ts';
import { pageOf } from '../../support/list-requests.ts';
import { patientMs } from '../../support/patience.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { apartMs, changeMs, sessionHistory, withHistory } from '../../support/session-history.ts';
import { tableOf } from '../../support/table-sessions.ts';

const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);

const question = (asked: Partial<SessionStatisticsQuestion> = {}): SessionStatisticsQuestion => ({
  kind: 'streamSessionStatistics',
  condition: everything,
  window: { fromMs: 0, toMs: 1 },
  dimensions: [],
  period: null,
  timeZone: 'UTC',
  order: { by: 'GROUP', descending: false },
  rowsMax: 1_000_000,
  wantsReconnects: true,
  ...asked,
});

function ask(
  db: Database.Database,
  asked: Partial<SessionStatisticsQuestion>,
  nowMs: number,
): StatisticsAnswer<SessionFigures> {
  const { answers } = new Analyst(db).answer([question(asked)], {
    isCancelled: () => false,
    nowMs,
    msMax: patientMs,
  });
  return answers[0] as StatisticsAnswer<SessionFigures>;
}

const names = ['eq', 'ne', 'in', 'isNull'] as const;
const moments = [0, 1, 240, 5_000].map((slots) => changeMs - 2 * 86_400_000 + slots * apartMs);
const conditions: fc.Arbitrary<Condition<StreamSessionField>> = fc.oneof(
  fc.constant(everything),
  conditionsOf<
    'domain' | 'streamId' | 'state' | 'endSide' | 'endCode' | 'startedAt' | 'endedAt' | 'closedAt' | 'startedAtSource'
  >({
    domain: { operators: names, values: ['a.example.com', 'c.example.com'] },
    streamId: { operators: names, values: ['s1', 's2'] },
    state: { operators: ['eq', 'ne'], values: ['LIVE', 'ENDED', 'SUPERSEDED', 'CLOSED'] },
    endSide: { operators: names, values: ['NETWORK', 'TAKEOVER'] },
    endCode: { operators: names, values: [8, 21] },
    startedAt: { operators: ['gte', 'lt', 'isNull'], values: moments },
    endedAt: { operators: ['gte', 'lt', 'isNull'], values: moments },
    closedAt: { operators: ['gte', 'lt', 'isNull'], values: moments },
    startedAtSource: { operators: ['eq'], values: ['UNKNOWN', 'DERIVED_FROM_DURATION'] },
  }),
);

const windows = fc
  .nat({ max: 6 * 24 * 120 })
  .map((begin) => changeMs - 3 * 86_400_000 + begin * apartMs)
  .chain((fromMs) => oneOf(1, 2, 120, 2_880, 8_000).map((slots) => ({ fromMs, toMs: fromMs + slots * apartMs })));

const asked = fc.record({
  condition: conditions,
  window: windows,
  /** The window begins with this session instead, where there is one. */
  beginsWith: fc.option(fc.nat({ max: 13 })),
  dimensions: fc.uniqueArray(fc.constantFrom(...sessionDimensions), { maxLength: 3 }),
  period: fc.option(fc.constantFrom(...periodKinds)),
  order: fc.record({
    by: fc.constantFrom('GROUP', ...(Object.keys(sessionMeasures) as SessionMeasure[])),
    descending: fc.boolean(),
  }),
  timeZone: oneOf('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/Los_Angeles'),
  nowSlots: oneOf(0, 1, 500, 4 * 2_880, 20_000),
});

const isOfLive = (one: SessionDimension): one is ConcurrencyDimension => one !== 'END_SIDE' && one !== 'END_CODE';

/** The rows of all pages, one after the other: each is computed anew, so of many rows there are at most ten. */
function pagesOf(db: Database.Database, asked: Partial<SessionStatisticsQuestion>, nowMs: number, rowsTotal: number) {
  const rowsMax = Math.max(3, Math.ceil(rowsTotal / 10));
  const rows: StatisticsAnswer<SessionFigures>['rows'][number][] = [];
  for (let after: StatisticsKey | null = null; ;) {
    const page: StatisticsAnswer<SessionFigures> = ask(db, { ...asked, after, rowsMax }, nowMs);
    expect([page.hasPreviousPage, page.rows.length]).toEqual([
      after !== null,
      Math.min(rowsMax, page.rowCount - rows.length),
    ]);
    rows.push(...page.rows);
    if (!page.hasNextPage) return rows;
    after = page.keys?.last ?? null;
  }
}

/** Where the answer is made at a moment in the window, that is its end. */
function cutAt(window: SessionStatisticsQuestion['window'], nowMs: number) {
  return { fromMs: window.fromMs, toMs: Math.max(window.fromMs, Math.min(window.toMs, nowMs)) };
}

const evening = createScheduleCheck({
  timeZone: 'Europe/Berlin',
  hours: [{ days: ['SAT', 'SUN', 'MON'], from: '22:30', to: '03:30' }],
});

/** Looks at every moment, by the schedules of alerts, which decide about moments one by one. */
function expectUptime(
  db: Database.Database,
  { condition, window, nowMs }: Pick<SessionStatisticsQuestion, 'condition' | 'window'> & { readonly nowMs: number },
  matching: readonly OracleSession[],
): void {
  const schedule = { weekdays: [6, 0, 1], fromMinute: 22 * 60 + 30, toMinute: 27 * 60 + 30 };
  const question = { kind: 'streamUptime', condition, window, schedule, timeZone: 'Europe/Berlin' } as const;
  const { answers } = new Analyst(db).answer([question], { isCancelled: () => false, nowMs, msMax: patientMs });
  const moments = [];
  for (let atMs = window.fromMs; atMs < window.toMs; atMs += apartMs) if (evening(atMs)) moments.push(atMs);
  const isLive = (atMs: number) => matching.some((session) => isLiveAt(session, atMs));
  const off = moments.filter((atMs) => !isLive(atMs));
  const begins = off.filter((atMs) => !off.includes(atMs - apartMs));
  const ends = off.filter((atMs) => !off.includes(atMs + apartMs)).map((atMs) => atMs + apartMs);
  expect(answers[0]).toEqual({
    window,
    scheduledMs: moments.length * apartMs,
    liveMs: (moments.length - off.length) * apartMs,
    gapCount: begins.length,
    gaps: begins.map((fromMs, index) => ({ fromMs, toMs: ends[index] })).slice(0, gapsMax),
  });
}

/** The list of sessions that were live at a moment, in orders that an index serves and in others. */
function expectLiveAt(
  atMs: number,
  asked: {
    readonly condition: Condition<StreamSessionField>;
    readonly matching: readonly OracleSession[];
    readonly readModel: TestReadModel;
  },
): void {
  const liveAt = toCondition(streamSessionFields, { liveAt: atMs }, () => atMs);
  const expected = asked.matching.filter((session) => isLiveAt(session, atMs)).map(({ fields }) => fields.sequence);
  for (const by of ['STARTED_AT', 'LAST_CHANGED', 'PUSH_DURATION'] as const) {
    const condition = { and: [liveAt, asked.condition] };
    const page = asked.readModel.read((reader) => reader.streamSessions(pageOf(by, { condition, countMax: 1_000 })));
    expect(page.rows.map(({ row }) => row.sequence).sort()).toEqual(expected.sort());
    expect(page.total).toEqual({ rows: expected.length, cappedBy: null });
  }
}

function sorted<Row extends { readonly group: unknown; readonly window: { readonly fromMs: number } }>(
  rows: readonly Row[],
) {
  const keyOf = ({ group, window }: Row) => `${window.fromMs} ${JSON.stringify(group)}`;
  return [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

describe('statistics and concurrency of sessions', () => {
  test('property: equal what is found by looking at every session at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(sessionHistory, fc.array(asked, { minLength: 4, maxLength: 4 }), async (history, questions) => {
        await withHistory(history, async (ledger) => {
          const readModel = await ledger.projected();
          const sessions = oracleSessions(tableOf(history).sessions);
          const db = openReadModelForReading(readModel.db.name);
          try {
            for (const { nowSlots, beginsWith, ...rest } of questions) {
              const nowMs = changeMs - 3 * 86_400_000 + nowSlots * apartMs;
              const fromMs = sessions[beginsWith ?? -1]?.startedAt ?? rest.window.fromMs;
              const one = { ...rest, window: { fromMs, toMs: fromMs + rest.window.toMs - rest.window.fromMs } };
              const window = cutAt(one.window, nowMs);
              const answer = ask(db, one, nowMs);
              const expected = expectedStatistics(sessions, question({ ...one, window }), apartMs);
              expect(answer).toMatchObject({ window, total: expected.total, rowCount: expected.rows.length });
              expect(sorted(answer.rows)).toEqual(sorted(expected.rows));
              expect(pagesOf(db, one, nowMs, answer.rowCount)).toEqual(answer.rows);

              const concurrency = { kind: 'concurrency', condition: one.condition, window: one.window } as const;
              const lines = { dimensions: one.dimensions.filter(isOfLive), linesMax: one.order.descending ? 2 : 100 };
              const matching = sessions.filter(({ fields }) => matches(fields, one.condition));
              for (const stepMs of [apartMs, 40 * apartMs]) {
                const of = { ...concurrency, stepMs, ...lines };
                const { answers } = new Analyst(db).answer([of], {
                  isCancelled: () => false,
                  nowMs,
                  msMax: patientMs,
                });
                expect(answers[0]).toEqual(expectedConcurrency(matching, { ...of, window, apartMs }));
              }
              expectUptime(db, { ...one, window, nowMs }, matching);
              expectLiveAt(fromMs, { condition: one.condition, matching, readModel });
            }
          } finally {
            db.close();
          }
        });
      }),
      { numRuns: numRunsOf(25) },
    );
  });

  test('a reconnect follows on the session just before it, whatever of its stream lasted longer', async () => {
    const sessionOf = (nth: number, from: number, to: number): TestArrival[] => {
      const of = { sequence: `700000000000000000${nth}`, appid: 1, app: 'a.example.com', stream_id: 's1' };
      const at = (slots: number) => ({ event_time: (changeMs + slots * apartMs) / 1_000 });
      return [
        { body: { ...pushBody(), ...of, ...at(from) }, receivedAtMs: changeMs + from * apartMs },
        { body: { ...interruptionBody({ errcode: 1 }), ...of, ...at(to) }, receivedAtMs: changeMs + to * apartMs },
      ];
    };
    const arrivals = [...sessionOf(1, 0, 10), ...sessionOf(2, 2, 3), ...sessionOf(3, 11, 20), ...sessionOf(4, 22, 23)];
    await withLedger(arrivals, async (ledger) => {
      const { db } = await ledger.projected();
      const window = { fromMs: changeMs + 11 * apartMs, toMs: changeMs + 30 * apartMs };
      const nowMs = changeMs + 86_400_000;
      expect(ask(db, { window }, nowMs).total).toMatchObject({ began: 2, reconnects: 1 });
      const condition = { field: 'endedAt', operator: 'gte', value: changeMs + 21 * apartMs } as const;
      expect(ask(db, { window, condition }, nowMs).total).toMatchObject({ began: 1, reconnects: 1 });
    });
  });
});
