import type Database from 'better-sqlite3';
import type { RelayTaskReader } from '../../relay-tasks.ts';
import { sessionsFedBySql, tasksFeedingSql } from './feeding-sql.ts';
import { prepareNewestRuns } from './newest-runs.ts';
import {
  taskColumnNames,
  toRelayAlarm,
  toRelayFile,
  toRelayRun,
  type AlarmColumns,
  type FileColumns,
  type RunColumns,
  type TaskColumns,
} from './relay-columns.ts';
import { toStreamSessionRow, type SessionColumns } from '../stream-sessions/session-columns.ts';

/** Relay tasks as readers see them; `db` is a connection that only reads. */
export function createSqliteRelayTaskReader(db: Database.Database): RelayTaskReader {
  const sql = prepareStatements(db);
  const task = prepareNewestRuns(db).toTaskRow;
  return {
    tasksByTaskId: (taskId, appId, rowsMax) => sql.tasksByTaskId.all(taskId, appId, appId, rowsMax).map(task),
    taskByRow(taskRow) {
      const columns = sql.taskByRow.get(taskRow);
      return columns === undefined ? null : task(columns);
    },
    runs: (taskRow, rowsMax) => sql.runs.all(taskRow, rowsMax).map(toRelayRun),
    files: (taskRow, runNumber, rowsMax) => sql.files.all(taskRow, runNumber, rowsMax).map(toRelayFile),
    playingFile(taskRow, runNumber) {
      const columns = sql.playingFile.get(taskRow, runNumber);
      return columns === undefined ? null : toRelayFile(columns);
    },
    alarmsOfRun: (taskRow, runNumber, rowsMax) => sql.alarmsOfRun.all(taskRow, runNumber, rowsMax).map(toRelayAlarm),
    alarms: (taskRow, rowsMax) => sql.alarms.all(taskRow, rowsMax).map(toRelayAlarm),
    sessionsFedBy: (taskRow, rowsMax) => sql.sessionsFedBy.all(taskRow, rowsMax).map(toStreamSessionRow),
    tasksFeeding: (sessionRow, rowsMax) => sql.tasksFeeding.all(sessionRow, rowsMax).map(task),
    callbacksWithoutTask: (countMax) => sql.callbacksWithoutTask.get(countMax) ?? 0,
  };
}

function prepareStatements(db: Database.Database) {
  const selectTask = `SELECT ${taskColumnNames} FROM relay_tasks`;
  return {
    tasksByTaskId: db.prepare<[string, string | null, string | null, number], TaskColumns>(
      `${selectTask} WHERE task_id = ? AND (? IS NULL OR app_id = ?) ORDER BY app_id LIMIT ?`,
    ),
    taskByRow: db.prepare<[number], TaskColumns>(`${selectTask} WHERE id = ?`),
    runs: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? ORDER BY number DESC LIMIT ?',
    ),
    files: db.prepare<[number, number, number], FileColumns>(
      `SELECT * FROM relay_files WHERE task_row = ? AND run_number = ?
       ORDER BY file_index IS NULL, file_index, key LIMIT ?`,
    ),
    playingFile: db.prepare<[number, number], FileColumns>(
      `SELECT * FROM relay_files WHERE task_row = ? AND run_number = ? AND is_playing = 1
       ORDER BY started_at DESC LIMIT 1`,
    ),
    alarmsOfRun: db.prepare<[number, number, number], AlarmColumns>(
      'SELECT * FROM relay_alarms WHERE task_row = ? AND run_number = ? ORDER BY last_at DESC, type LIMIT ?',
    ),
    alarms: db.prepare<[number, number], AlarmColumns>(
      `SELECT type, min(first_at) AS first_at, max(last_at) AS last_at, sum(times) AS times
       FROM relay_alarms WHERE task_row = ? GROUP BY type ORDER BY last_at DESC, type LIMIT ?`,
    ),
    sessionsFedBy: db.prepare<[number, number], SessionColumns>(sessionsFedBySql),
    tasksFeeding: db.prepare<[number, number], TaskColumns>(tasksFeedingSql),
    callbacksWithoutTask: db
      .prepare<[number], number>(
        'SELECT count(*) FROM (SELECT 1 FROM callbacks WHERE relay_kind IS NOT NULL AND task_row IS NULL LIMIT ?)',
      )
      .pluck(),
  };
}
