import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  missingReasons,
  type MissingCallback,
  type MissingCallbacksAnswer,
  type MissingCallbacksQuestion,
} from '../../../src/analysis/missing/missing-callbacks.ts';
import { everything } from '../../../src/lists/listing.ts';
import { Analyst } from '../../../src/analysis/analyst-table.ts';
import { openReadModelForReading } from '../../../src/projecting/file/read-model-file.ts';
import { shownTasks } from '../../support/expected-tasks.ts';
import { withLedger, type TestArrival } from '../../support/ledger.ts';
import { conditionsOf } from '../../support/list-oracle.ts';
import { isAsked, missingOfSessions, type ExpectedMissing } from '../../support/missing-oracle.ts';
import type { TestReadModel } from '../../support/read-model.ts';
import { relayBody } from '../../support/relay-bodies.ts';
import { anyRelayCallbacks } from '../../support/relay-scenarios.ts';
import { patientMs } from '../../support/patience.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { apartMs, changeMs, sessionHistory, withHistory } from '../../support/session-history.ts';
import { tableOf } from '../../support/table-sessions.ts';

const names = ['eq', 'ne', 'in', 'startsWith'] as const;

const conditions = fc.oneof(
  fc.constant(everything),
  conditionsOf<'domain' | 'streamId' | 'appId' | 'reason'>({
    domain: { operators: [...names, 'isNull'], values: ['a.example.com', 'c.example.com'] },
    streamId: { operators: [...names, 'isNull'], values: ['s1', 's2'] },
    appId: { operators: ['eq'], values: ['1', '2'] },
    reason: { operators: ['eq', 'ne', 'in', 'notIn'], values: missingReasons },
  }),
);

const page = { order: { by: 'EXPECTED_AT', descending: true }, direction: 'forwards', from: null } as const;

/** Answers a question by pages of two, and checks that these are the list. */
function answersOf(readModel: TestReadModel) {
  const db = openReadModelForReading(readModel.db.name);
  const analyst = new Analyst(db);
  const ask = (asked: Pick<MissingCallbacksQuestion, 'condition' | 'window' | 'silentAfterMs'>, nowMs: number) => {
    const answer = (part: Partial<MissingCallbacksQuestion>) => {
      const question = { kind: 'missingCallbacks', ...page, rowsMax: 1_000, ...asked, ...part } as const;
      return analyst.answer([question], { isCancelled: () => false, nowMs, msMax: patientMs })
        .answers[0] as MissingCallbacksAnswer;
    };
    const whole = answer({});
    const paged: MissingCallback[] = [];
    for (let from: MissingCallbacksQuestion['from'] = null; ;) {
      const part = answer({ rowsMax: 2, from });
      paged.push(...part.rows.map(({ row }) => row));
      from = part.rows.at(-1)?.key ?? null;
      if (!part.hasNextPage) break;
    }
    const rows = whole.rows.map(({ row }) => row);
    expect(paged).toEqual(rows);
    const times = rows.map(({ expectedToMs }) => expectedToMs);
    expect(times).toEqual([...times].sort((one, other) => other - one));
    return rows;
  };
  return { ask, close: () => void db.close() };
}

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** With names, and without what other tests are about. */
function named(rows: readonly MissingCallback[], nameOf: (row: MissingCallback) => string) {
  return rows
    .map((row) => {
      const { reason, expectedFromMs, expectedToMs, appId, domain, path, streamId, run, file } = row;
      return { appId, domain, path, streamId, of: nameOf(row), run, file, reason, expectedFromMs, expectedToMs };
    })
    .sort(byText);
}

test('property: missing callbacks of sessions equal what looking at each session with its stream gives', async () => {
  const beginsAtMs = changeMs - 3 * 86_400_000;
  const asked = fc.record({
    condition: conditions,
    fromSlots: fc.constantFrom(0, 0, 2_880, 8_000),
    toSlots: fc.constantFrom(3_000, 9_000, 90_000),
    silentAfterMs: fc.constantFrom(1_000, 120 * apartMs, 3_000 * apartMs),
  });
  await fc.assert(
    fc.asyncProperty(sessionHistory, fc.array(asked, { minLength: 4, maxLength: 4 }), async (history, questions) => {
      await withHistory(history, async (ledger) => {
        const readModel = await ledger.projected();
        const { sessions } = tableOf(history);
        const answers = answersOf(readModel);
        try {
          for (const { condition, fromSlots, toSlots, silentAfterMs } of questions) {
            const window = { fromMs: beginsAtMs + fromSlots * apartMs, toMs: beginsAtMs + toSlots * apartMs };
            const one = { condition, window, silentAfterMs };
            const rows = answers.ask(one, window.toMs).filter(({ reason }) => reason !== 'DOMAIN_SILENT');
            const sequenceOf = ({ sessionRow }: MissingCallback) =>
              readModel.read((reader) => reader.streamSessionById(sessionRow ?? -1))?.session.sequence ?? '';
            const expected = window.fromMs < window.toMs ? missingOfSessions(sessions, one) : [];
            expect(named(rows, sequenceOf)).toEqual([...expected].map(inOrder).sort(byText));
          }
        } finally {
          answers.close();
        }
      });
    }),
    { numRuns: numRunsOf(40) },
  );
});

test('property: missing callbacks of relay tasks equal what looking at each run and file gives', async () => {
  await fc.assert(
    fc.asyncProperty(anyRelayCallbacks, conditions, async (arrivals, condition) => {
      await withLedger(arrivals, async (ledger) => {
        const readModel = await ledger.projected();
        const window = { fromMs: 0, toMs: 4_000_000_000_000 };
        const expected = shownTasks(readModel)
          .flatMap((task): ExpectedMissing[] => {
            const of = { appId: task.appId, of: task.taskId };
            const runs = task.runs.toReversed();
            return runs.flatMap((run, index) => {
              const { opened, startAtMs, startedAtMs } = run;
              const expectedToMs = opened.occurredAtMs ?? opened.receivedAtMs;
              const before = runs[index - 1]?.exit;
              const exitedAtMs = (opened.occurredAtMs === null ? before?.receivedAtMs : before?.exitedAtMs) ?? null;
              const names = { ...of, ...targetOf(readModel, task.taskId), run: run.number };
              const ofRun = {
                ...names,
                file: null,
                reason: 'RUN_WITHOUT_START' as const,
                expectedFromMs: exitedAtMs === null ? null : Math.min(exitedAtMs, expectedToMs),
                expectedToMs,
              };
              const ofFiles = run.files
                .filter(({ starts, finishes }) => finishes > starts)
                .map(({ naming: { index: fileIndex, url, durationSeconds }, finishedAt }) => {
                  if (finishedAt === null) throw new Error('It has finished.');
                  const { atMs, arrivedAtMs } = finishedAt;
                  const finishedMs = arrivedAtMs ?? atMs;
                  const openedMs = arrivedAtMs === null ? (startedAtMs ?? opened.occurredAtMs) : opened.receivedAtMs;
                  const begins = durationSeconds ? [finishedMs - durationSeconds * 1_000] : [];
                  const mayBegin = startAtMs !== null && openedMs !== null ? [finishedMs] : begins;
                  const earliestMs = mayBegin.length === 0 ? null : Math.min(...mayBegin, openedMs ?? Infinity);
                  return {
                    ...names,
                    file: { index: fileIndex, url },
                    reason: 'FILE_WITHOUT_START' as const,
                    expectedFromMs: earliestMs,
                    expectedToMs: finishedMs,
                  };
                });
              return [...(run.startAtMs === null ? [ofRun] : []), ...ofFiles];
            });
          })
          .filter((entry) => isAsked(entry, { condition, window }));
        const answers = answersOf(readModel);
        try {
          const rows = answers.ask({ condition, window, silentAfterMs: 1 }, window.toMs);
          const taskOf = ({ taskRow }: MissingCallback) =>
            readModel.read((reader) => reader.relay.taskByRow(taskRow ?? -1))?.taskId ?? '';
          expect(named(rows, taskOf)).toEqual(expected.map(inOrder).sort(byText));
        } finally {
          answers.close();
        }
      });
    }),
    { numRuns: numRunsOf(40) },
  );
});

test('of a file that plays again, one start less than finishes is missing', async () => {
  const second = 1_600_000_000;
  const at = (
    event: string,
    after: number,
    msg: object = { index: 0, url: 'http://a.example/1.mp4', duration: 20 },
  ) => ({
    body: relayBody(event, msg, { event_time: String(second + after) }),
    receivedAtMs: 1_000 * (second + after),
  });
  const plays = [at('VodSourceFileStart', 1), at('VodSourceFileFinish', 21), at('VodSourceFileFinish', 42)];
  const isMissing = (arrivals: TestArrival[], expected: unknown[]) =>
    withLedger([at('TaskStart', 0, {}), ...arrivals], async (ledger) => {
      const answers = answersOf(await ledger.projected());
      try {
        const window = { fromMs: 0, toMs: 4_000_000_000_000 };
        const rows = answers.ask({ condition: everything, window, silentAfterMs: 1 }, window.toMs);
        expect(rows.map(({ reason, expectedFromMs, expectedToMs }) => [reason, expectedFromMs, expectedToMs])).toEqual(
          expected,
        );
      } finally {
        answers.close();
      }
    });
  await isMissing(plays, [['FILE_WITHOUT_START', 1_000 * second, 1_000 * (second + 42)]]);
  await isMissing([...plays, at('VodSourceFileStart', 22)], []);
});

test('a file without a start in a run without one may have begun its own duration before its finish', async () => {
  const second = 1_600_000_000;
  const at = (event: string, after: number, msg: object, skewSeconds: number) => ({
    body: relayBody(event, msg, { event_time: String(second + after) }),
    receivedAtMs: 1_000 * (second + after + skewSeconds),
  });
  const file = (index: number, duration?: number) => ({ index, url: `http://a.example/${index}.mp4`, duration });
  for (const skewSeconds of [0, -300, 300]) {
    const arrivals = [
      at('VodSourceFileStart', 50, file(0), skewSeconds),
      at('VodSourceFileFinish', 100, file(1, 20), skewSeconds),
      at('VodSourceFileFinish', 200, file(2, 500), skewSeconds),
      at('VodSourceFileFinish', 300, file(3), skewSeconds),
    ];
    await withLedger(arrivals, async (ledger) => {
      const answers = answersOf(await ledger.projected());
      try {
        const window = { fromMs: 0, toMs: 4_000_000_000_000 };
        const rows = answers.ask({ condition: everything, window, silentAfterMs: 1 }, window.toMs);
        const after = (ms: number | null) => (ms === null ? null : ms / 1_000 - second);
        expect(
          rows.map(({ file: of, sureness, ...one }) => [
            ...[of?.index ?? null, sureness, after(one.expectedFromMs), after(one.expectedToMs)],
          ]),
        ).toEqual([
          [3, 'LIKELY', null, 300],
          [2, 'POSSIBLE', -300, 200],
          // The run may have begun with another file, before this one.
          [1, 'POSSIBLE', 50, 100],
          [null, 'LIKELY', null, 50],
        ]);
      } finally {
        answers.close();
      }
    });
  }
});

/** As `named` has the properties, so that texts compare. */
function inOrder(entry: ExpectedMissing) {
  const { appId, domain, path, streamId, of, run, file, reason, expectedFromMs, expectedToMs } = entry;
  return { appId, domain, path, streamId, of, run, file, reason, expectedFromMs, expectedToMs };
}

function targetOf(readModel: TestReadModel, taskId: string) {
  const [row] = readModel.db
    .prepare<[string], { domain: string | null; path: string | null; streamId: string | null }>(
      'SELECT domain, path, stream_id AS streamId FROM relay_tasks WHERE task_id = ?',
    )
    .all(taskId);
  return row ?? { domain: null, path: null, streamId: null };
}
