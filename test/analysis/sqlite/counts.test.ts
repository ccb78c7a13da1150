import { describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import {
  callbackDimensions,
  type CallbackStatisticsQuestion,
  type RelayTaskStatisticsQuestion,
} from '../../../src/analysis/statistics/happenings.ts';
import type { AnalysisQuestion, AnswerOf } from '../../../src/analysis/threads/start.ts';
import type { StatisticsAnswer } from '../../../src/analysis/statistics/statistics.ts';
import { everything } from '../../../src/lists/listing.ts';
import { Analyst } from '../../../src/analysis/analyst-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { interruptionBody, pushBody } from '../../support/callback-bodies.ts';
import {
  expectedActivityByExitCode,
  expectedCallbackStatistics,
  expectedRelayStatistics,
} from '../../support/counting-oracle.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { conditionsOf } from '../../support/list-oracle.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { patientMs } from '../../support/patience.ts';
import { anyRelayCallbacks, callbacksOnTwoClocks, timedRelayCallbacks } from '../../support/relay-scenarios.ts';
import { numRunsOf } from '../../support/num-runs.ts';

const beginsAtMs = 1_600_000_000_000;
const always = { fromMs: 0, toMs: beginsAtMs + 1e9 };
const shape = {
  window: always,
  period: null,
  timeZone: 'UTC',
  order: { by: 'GROUP', descending: false },
  rowsMax: 1_000,
} as const;
const ofCallbacks = (asked: Partial<CallbackStatisticsQuestion>): CallbackStatisticsQuestion => ({
  ...shape,
  kind: 'callbackStatistics',
  condition: everything,
  dimensions: [],
  ...asked,
});
const ofTasks = (asked: Partial<RelayTaskStatisticsQuestion>): RelayTaskStatisticsQuestion => ({
  ...shape,
  kind: 'relayTaskStatistics',
  condition: everything,
  dimensions: [],
  ...asked,
});

function ask<Question extends AnalysisQuestion>(db: Database.Database, question: Question): AnswerOf<Question> {
  const { answers } = new Analyst(db).answer([question], {
    isCancelled: () => false,
    nowMs: always.toMs,
    msMax: patientMs,
  });
  return answers[0] as AnswerOf<Question>;
}

function rowsOf<Figures extends object>({ rows, total }: StatisticsAnswer<Figures>) {
  const shown = rows.map(({ window: _window, group, ...figures }) => ({ group, figures }));
  const nameOf = ({ group }: { group: unknown }) => JSON.stringify(group);
  return { rows: shown.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)), total };
}

async function withReadModel(
  arrivals: readonly TestArrival[],
  work: (readModel: TestReadModel, db: Database.Database) => void,
): Promise<void> {
  await withLedger(arrivals, async (ledger) => {
    const readModel = await ledger.projected();
    const db = openReadModelForReading(readModel.db.name);
    try {
      work(readModel, db);
    } finally {
      db.close();
    }
  });
}

const windows = fc.tuple(fc.integer({ min: -5, max: 260 }), fc.constantFrom(1, 10, 60, 300)).map(([begin, seconds]) => {
  const fromMs = beginsAtMs + begin * 1_000;
  return { fromMs, toMs: fromMs + seconds * 1_000 };
});

const pushes: fc.Arbitrary<TestArrival[]> = fc.array(
  fc
    .record({
      second: fc.nat({ max: 60 }),
      hasTime: fc.boolean(),
      body: fc.constantFrom(pushBody, interruptionBody),
      stream: fc.constantFrom('stream1', 's2'),
      sequence: fc.constantFrom('1', '2'),
      delayMs: fc.constantFrom(-1_500, 0, 3, 700, 60_000),
    })
    .map(({ second, hasTime, body, stream, sequence, delayMs }) => ({
      body: body({ sequence, stream_id: stream, event_time: hasTime ? beginsAtMs / 1_000 + second : undefined }),
      receivedAtMs: beginsAtMs + second * 1_000 + delayMs,
    })),
  { maxLength: 12 },
);

const conditions = fc.oneof(
  fc.constant(everything),
  conditionsOf<'eventType' | 'streamId' | 'taskId' | 'occurredAt' | 'callbackEvent'>({
    eventType: { operators: ['eq', 'ne', 'in', 'isNull'], values: [0, 1, 314] },
    streamId: { operators: ['eq', 'ne', 'in', 'isNull'], values: ['stream1', 's2'] },
    taskId: { operators: ['eq', 'in', 'isNull'], values: ['1', '2'] },
    occurredAt: { operators: ['gte', 'lt', 'isNull'], values: [beginsAtMs + 5_000, beginsAtMs + 20_000] },
    callbackEvent: { operators: ['eq', 'isNull'], values: ['TaskExit', 'TaskAlarm'] },
  }),
);

describe('counts of callbacks and relay tasks', () => {
  test('property: callbacks equal what is found by looking at every row', async () => {
    const asked = fc.record({
      window: fc.oneof(windows, fc.constant(always)),
      condition: conditions,
      dimensions: fc.uniqueArray(fc.constantFrom(...callbackDimensions), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        pushes,
        anyRelayCallbacks,
        fc.array(asked, { minLength: 5 }),
        async (ones, others, questions) => {
          await withReadModel([...ones, ...others, ...ones.slice(0, 3)], (readModel, db) => {
            for (const one of questions) {
              const question = ofCallbacks(one);
              expect(rowsOf(ask(db, question))).toEqual(expectedCallbackStatistics(readModel, question));
            }
          });
        },
      ),
      { numRuns: numRunsOf(40) },
    );
  });

  test('property: relay tasks equal what is found by looking at every run and callback', async () => {
    const asked = fc.record({
      window: fc.oneof(windows, fc.constant(always)),
      dimensions: fc.uniqueArray(fc.constantFrom('APP_ID' as const, 'TASK_ID' as const), { maxLength: 2 }),
      taskId: fc.constantFrom(null, '1', '2'),
    });
    const histories = fc.oneof(timedRelayCallbacks, anyRelayCallbacks, callbacksOnTwoClocks);
    await fc.assert(
      fc.asyncProperty(histories, fc.array(asked, { minLength: 5 }), async (arrivals, questions) => {
        await withReadModel(arrivals, (readModel, db) => {
          for (const { taskId, ...one } of questions) {
            const condition =
              taskId === null ? everything : ({ field: 'taskId', operator: 'eq', value: taskId } as const);
            const isAsked = (id: string) => taskId === null || id === taskId;
            const question = ofTasks({ ...one, condition });
            expect(rowsOf(ask(db, question))).toEqual(expectedRelayStatistics(readModel, question, isAsked));
          }
          const byCode = ask(db, ofTasks({ dimensions: ['EXIT_CODE'] })).rows;
          const figuresByCode = byCode.map(
            ({ window: _window, group: [code], ...figures }) => [code, figures] as const,
          );
          expect(new Map(figuresByCode)).toEqual(expectedActivityByExitCode(readModel));
        });
      }),
      { numRuns: numRunsOf(60) },
    );
  });
});
