import Database from 'better-sqlite3';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openReadModelForWriting } from '../../../src/projecting/file/read-model-file.ts';
import { createSqliteRelayTaskReader } from '../../../src/relay/tables/task-reader-table.ts';
import { prepareAlarmTable, prepareFileTable } from '../../../src/relay/tables/activity-table.ts';
import { prepareRelayCallbacks } from '../../../src/relay/tables/relay-callback-table.ts';
import { prepareRelayExits, prepareRelayOrder } from '../../../src/relay/tables/exit-table.ts';
import { prepareRelaySources } from '../../../src/relay/tables/source-table.ts';
import { prepareRunTable } from '../../../src/relay/tables/run-table.ts';
import { prepareTaskList } from '../../../src/relay/tables/relay-task-list.ts';
import { prepareSessionList } from '../../../src/sessions/stream-session-list.ts';
import { prepareTaskTable } from '../../../src/relay/tables/task-table.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

/** The statements about one task as they really run: the connection reports them. */

const run = { openedAtMs: 1, nth: 0 };
const anyTime = { fromMs: 0, untilMs: 9 };

let folder: TemporaryFolder;
let db: Database.Database;
const asked: string[] = [];

beforeAll(() => {
  folder = makeTemporaryFolder();
  const file = path.join(folder.path, 'read-model.sqlite');
  openReadModelForWriting(file, 'the log').close();
  db = new Database(file, { verbose: (sql) => void asked.push(String(sql)) });
});
afterAll(() => {
  db.close();
  folder.remove();
});

function planOf(ask: () => unknown): string[] {
  asked.length = 0;
  ask();
  const sql = asked[0];
  if (sql === undefined) throw new Error('Nothing was asked.');
  return db
    .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail);
}

/** Reading all of a table or an index; the index of callbacks without a task is there to be counted, and rows are given as a list. */
const tableScans = (plan: readonly string[]) =>
  plan.filter((detail) => /^SCAN \w/.test(detail) && !/callbacks_without_task|VIRTUAL TABLE/.test(detail));
const sorts = (plan: readonly string[]) => plan.filter((detail) => detail.startsWith('USE TEMP'));

const openReader = () =>
  createSqliteRelayTaskReader(db, { toSession: prepareSessionList(db).toRow, toTask: prepareTaskList(db).toRow });
type Reader = ReturnType<typeof createSqliteRelayTaskReader>;

describe('a reader', () => {
  test.each<[string, (reader: Reader) => unknown]>([
    ['a task by its id', (reader) => reader.tasksByTaskId('1', null, 20)],
    ['a task by its id and account', (reader) => reader.tasksByTaskId('1', '4', 20)],
    ['a task by its row', (reader) => reader.taskByRow(1)],
    ['its runs', (reader) => reader.runs([1, 2], 100)],
    ['the file that plays', (reader) => reader.playingFile(1, run)],
    ['the count of callbacks without a task', (reader) => reader.callbacksWithoutTask(10_000)],
  ])('finds %s in an index, without sorting', (_name, ask) => {
    const plan = planOf(() => ask(openReader()));
    expect(tableScans(plan)).toEqual([]);
    expect(sorts(plan)).toEqual([]);
  });

  test.each<[string, (reader: Reader) => unknown]>([
    ['the files of a run', (reader) => reader.files(1, run, 100)],
    ['the alarms of a run', (reader) => reader.alarmsOfRun(1, run, 100)],
    ['the alarms of a task', (reader) => reader.alarms(1, 100)],
  ])('finds %s in an index, and sorts those alone', (_name, ask) => {
    expect(tableScans(planOf(() => ask(openReader())))).toEqual([]);
  });

  const sessionsOfTask = [
    'SEARCH task USING INTEGER PRIMARY KEY (rowid=?)',
    expect.stringMatching(/^SEARCH named USING (COVERING )?INDEX stream_sessions_by_relay_task \(relay_task_id=\?\)$/),
    'SEARCH about USING INDEX callbacks_by_named_task (named_task_id=?)',
    expect.stringMatching(/^SEARCH named USING (COVERING )?INDEX stream_sessions_by_sequence \(sequence=\?\)$/),
    'SEARCH pushed USING INDEX stream_sessions_by_stream_id (stream_id=? AND ordered_at<?)',
    'SEARCH session USING INTEGER PRIMARY KEY (rowid=?)',
  ];
  const tasksOfSession = [
    'SEARCH session USING INTEGER PRIMARY KEY (rowid=?)',
    'SEARCH about USING INDEX callbacks_by_named_sequence (named_sequence=?)',
    'SEARCH named USING COVERING INDEX relay_tasks_by_task_id (task_id=?)',
    'SEARCH task USING INDEX relay_tasks_by_stream_id (stream_id=?)',
    'SEARCH task USING INTEGER PRIMARY KEY (rowid=?)',
  ];
  test.each<[string, (reader: Reader) => unknown, unknown[]]>([
    ['the sessions that a task fed', (reader) => reader.sessionsFedBy(1, 100), sessionsOfTask],
    ['the tasks that fed a session', (reader) => reader.tasksFeeding(1, 100), tasksOfSession],
    ['how sure each session of a task is', (reader) => reader.sessionJoins(1, 100), sessionsOfTask],
    ['how sure each task of a session is', (reader) => reader.taskJoins(1, 100), tasksOfSession],
  ])(
    'finds %s among those of the stream alone, each with its runs and its next session by an index',
    (_name, ask, steps) => {
      const plan = planOf(() => ask(openReader()));
      const searches = plan.filter((detail) => detail.startsWith('SEARCH'));
      expect(searches).toEqual(expect.arrayContaining(steps));
      expect(searches).toEqual(
        expect.arrayContaining([
          'SEARCH run USING INDEX relay_runs_by_time (task_row=? AND began_at<?)',
          'SEARCH run USING INDEX relay_runs_by_arrival (task_row=? AND opened_received_at<?)',
          expect.stringMatching(/^SEARCH next USING (COVERING )?INDEX stream_sessions_of_stream /),
        ]),
      );
      // Not tables, but what was found until here.
      const scans = new Set(plan.filter((step) => step.startsWith('SCAN')));
      expect([...scans].filter((step) => !/^SCAN (pair|joined|other|\(subquery-\d+\))$/.test(step))).toEqual([]);
    },
  );
});

/** What the projector asks of the file. */
const openTables = () => ({
  tasks: prepareTaskTable(db),
  runs: prepareRunTable(db, { runWritten: () => undefined, runRemoved: () => undefined }),
  files: prepareFileTable(db),
  alarms: prepareAlarmTable(db),
  callbacks: prepareRelayCallbacks(db),
  order: prepareRelayOrder(db),
  exits: prepareRelayExits(db),
  sources: prepareRelaySources(db),
});
type Tables = ReturnType<typeof openTables>;

function planOfTables(ask: (tables: Tables) => unknown): string[] {
  const tables = openTables();
  return planOf(() => ask(tables));
}

describe('the projector', () => {
  test.each<[string, (tables: Tables) => unknown]>([
    ['a task', (tables) => tables.tasks.byTaskId('4', '1')],
    ['its newest run', (tables) => tables.runs.newestRun(1)],
    ['its newest exit', (tables) => tables.runs.newestExit(1)],
    ['the run at a moment', (tables) => tables.runs.at(1, 1_600_000_000_000)],
    ['what had arrived before', (tables) => tables.order.arrivedBefore(1, 1_600_000_000_000, true)],
    ['a file', (tables) => tables.files.find(1, run, 'index 0')],
    ['an alarm', (tables) => tables.alarms.find(1, run, 'PullFileFailed')],
    ['its first activity', (tables) => tables.callbacks.firstActivity(1)],
    ['the tasks of a source', (tables) => tables.sources.tasksOfSource('["4","a"]', 5)],
    ['the times of exits that name no task', (tables) => tables.exits.timesOfExitsWithoutTaskId('["4","a"]')],
  ])('in order, finds %s in an index, without sorting', (_name, ask) => {
    const plan = planOfTables(ask);
    expect(tableScans(plan)).toEqual([]);
    expect(sorts(plan)).toEqual([]);
  });

  test.each<[string, (tables: Tables) => unknown]>([
    ['exits that a task is a candidate for', (tables) => tables.exits.candidateExitsOf(1, anyTime, 0)],
    ['the boundaries of a task', (tables) => tables.callbacks.boundariesFrom(1, 0, 8)],
    ['the activity of a task', (tables) => tables.callbacks.activityBetween(1, anyTime, null, 5_000)],
    [
      'a later page of them',
      (tables) => tables.callbacks.activityBetween(1, anyTime, { atMs: 5, position: 7n }, 5_000),
    ],
    ['the exits of a source that name no task', (tables) => tables.exits.exitsWithoutTaskId('a', 0, null, 8)],
  ])('late, finds %s in an index, and reads nothing else', (_name, ask) => {
    expect(tableScans(planOfTables(ask))).toEqual([]);
  });

  test.each<[string, (tables: Tables) => unknown]>([
    ['the boundaries of a task', (tables) => tables.callbacks.boundariesFrom(1, 0, 8)],
    ['the activity of a task', (tables) => tables.callbacks.activityBetween(1, anyTime, null, 5_000)],
    ['the exits of a source that name no task', (tables) => tables.exits.exitsWithoutTaskId('a', 0, null, 8)],
  ])('late, reads %s in order, without sorting them', (_name, ask) => {
    expect(sorts(planOfTables(ask))).toEqual([]);
  });
});
