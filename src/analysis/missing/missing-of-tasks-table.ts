import type Database from 'better-sqlite3';
import type { FoundMissing } from './missing-callbacks.ts';
import { relayTaskList } from '../../relay/tables/relay-task-list.ts';
import { readMatching } from '../matching-rows-table.ts';
import type { MissingRequest } from './missing-request-table.ts';
import { allTasks } from '../statistics/relay-happenings-table.ts';

type Reason = 'RUN_WITHOUT_START' | 'FILE_WITHOUT_START';

/** Runs without a TaskStart, or files that finished more often in a run than a VodSourceFileStart of them arrived in it. */
export function* readMissingOfTasks(
  db: Database.Database,
  reason: Reason,
  { condition, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const columns = ['id', 'CAST(first_position AS TEXT)', 'app_id', 'domain', 'path', 'stream_id'];
  const rows = { list: relayTaskList, by: 'STARTED_AT', condition, columns, slices: [allTasks], assertGoesOn };
  const find = reason === 'RUN_WITHOUT_START' ? runsWithoutStart(db) : filesWithoutStart(db);
  let count = 0;
  for (const [taskRow, firstPosition, appId, domain, path, streamId] of readMatching<TaskColumns>(db, rows)) {
    // Runs and files of one task are numbered apart from each other.
    let nth = reason === 'RUN_WITHOUT_START' ? 0 : 1;
    for (const one of find(taskRow)) {
      yield {
        ...{ reason, appId, domain, path, streamId, taskRow, firstPosition, ...one },
        ...{ sessionRow: null, usualPauseMs: null, nth },
      };
      nth += 2;
    }
    if (++count % tasksBetweenChecks === 0) assertGoesOn();
  }
}

type TaskColumns = readonly [
  taskRow: number,
  firstPosition: string,
  appId: string,
  domain: string | null,
  path: string | null,
  streamId: string | null,
];

/** Tasks examined between two checks of whether to go on: a few milliseconds. */
const tasksBetweenChecks = 256;

type OfTask = Pick<FoundMissing, 'expectedFromMs' | 'expectedToMs' | 'run' | 'file'>;

/** When the first callback of a run happened, as shown to clients. */
const begunAt = `coalesce(relay_runs.started_at, relay_runs.start_received_at, relay_runs.opened_occurred_at,
  relay_runs.opened_received_at)`;

/** Expected between the exit of the previous run and the first callback of this run. */
function runsWithoutStart(db: Database.Database) {
  const runs = db
    .prepare<[number], readonly [hasStart: number, begunAtMs: number, exitedAtMs: number | null]>(
      `SELECT start_at IS NOT NULL, ${begunAt}, coalesce(exited_at, exit_received_at)
       FROM relay_runs WHERE task_row = ? ORDER BY order_at, nth`,
    )
    .raw();
  return function* (taskRow: number): Generator<OfTask> {
    let run = 0;
    let endOfLastMs: number | null = null;
    for (const [hasStart, begunAtMs, exitedAtMs] of runs.iterate(taskRow)) {
      run += 1;
      const expectedFromMs = endOfLastMs === null ? null : Math.min(endOfLastMs, begunAtMs);
      if (hasStart === 0) yield { run, file: null, expectedFromMs, expectedToMs: begunAtMs };
      endOfLastMs = exitedAtMs;
    }
  };
}

/** Expected between the first callback of the run and the finish of the file. */
function filesWithoutStart(db: Database.Database) {
  const files = db
    .prepare<[number], readonly [number, number, number, number | null, string | null]>(
      `SELECT ${begunAt}, relay_files.finished_at,
         (SELECT count(*) FROM relay_runs AS earlier WHERE earlier.task_row = relay_runs.task_row
            AND (earlier.order_at, earlier.nth) <= (relay_runs.order_at, relay_runs.nth)),
         relay_files.file_index, relay_files.url
       FROM relay_files JOIN relay_runs ON relay_runs.task_row = relay_files.task_row
         AND relay_runs.order_at = relay_files.run_at AND relay_runs.nth = relay_files.run_nth
       WHERE relay_files.task_row = ? AND finishes > starts
       ORDER BY run_at, run_nth, key`,
    )
    .raw();
  return function* (taskRow: number): Generator<OfTask> {
    for (const [begunAtMs, finishedAtMs, run, index, url] of files.iterate(taskRow)) {
      const expectedFromMs = Math.min(begunAtMs, finishedAtMs);
      yield { run, file: { index, url }, expectedFromMs, expectedToMs: finishedAtMs };
    }
  };
}
