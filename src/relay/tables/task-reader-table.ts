import type Database from 'better-sqlite3';
import type { RunKey } from '../relay-runs.ts';
import type { RelayTaskReader, ShownAlarm } from '../relay-task-rows.ts';
import type { ReadableSessions } from '../../sessions/stream-session-list.ts';
import { toRelayFile } from './activity-table.ts';
import { prepareJoins } from './join-table.ts';
import { createRelayEvidence } from './relay-callback-table.ts';
import { relayTaskList, type ReadableTasks } from './relay-task-list.ts';
import { prepareRunsOfTasks } from './run-table.ts';

// Their order times are those of CSS, unless they arrived without a time.
const shownFirst = 'coalesce(first_arrived_at, first_at)';
const shownLast = 'coalesce(last_arrived_at, last_at)';

/** Reads what belongs to one relay task; `db` is a read-only connection. */
export function createSqliteRelayTaskReader(
  db: Database.Database,
  { toSession, toTask }: { readonly toSession: ReadableSessions['toRow']; readonly toTask: ReadableTasks['toRow'] },
): RelayTaskReader {
  const rows = <Columns, Row>(sql: string, toRow: (columns: Columns) => Row) => {
    const statement = db.prepare<(string | number | bigint | null)[], Columns>(sql);
    return (...parameters: (string | number | bigint | null)[]) => statement.all(...parameters).map(toRow);
  };
  const ofRun = <Columns, Row>(sql: string, toRow: (columns: Columns) => Row) => {
    const read = rows(sql, toRow);
    return (taskRow: number, { openedAtMs, nth }: RunKey, rowsMax: number) => read(taskRow, openedAtMs, nth, rowsMax);
  };
  const selectTask = `SELECT ${relayTaskList.columnNames} FROM relay_tasks`;
  const tasksByTaskId = rows(
    `${selectTask} WHERE task_id = ? AND (? IS NULL OR app_id = ?) ORDER BY app_id LIMIT +?`,
    toTask,
  );
  const taskByRow = rows(`${selectTask} WHERE id = ?`, toTask);
  const candidates = rows(
    `${selectTask} WHERE id IN (SELECT task_row FROM relay_exit_candidates WHERE exit_position = ?) ORDER BY id LIMIT +?`,
    toTask,
  );
  const playingFile = ofRun(
    `SELECT * FROM relay_files WHERE task_row = ? AND run_at = ? AND run_nth = ? AND is_playing = 1
     ORDER BY started_at DESC, started_arrived_at DESC LIMIT +?`,
    toRelayFile,
  );
  const callbacksWithoutTask = db
    .prepare<[number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM callbacks WHERE relay_kind IS NOT NULL AND task_row IS NULL LIMIT +?)',
    )
    .pluck();
  return {
    ...createRelayEvidence(db),
    ...prepareJoins(db, { toSession, toTask }),
    tasksByTaskId: (taskId, appId, rowsMax) => tasksByTaskId(taskId, appId, appId, rowsMax),
    taskByRow: (taskRow) => taskByRow(taskRow)[0] ?? null,
    runs: prepareRunsOfTasks(db),
    files: ofRun(
      `SELECT * FROM relay_files WHERE task_row = ? AND run_at = ? AND run_nth = ?
       ORDER BY file_index IS NULL, file_index, key LIMIT +?`,
      toRelayFile,
    ),
    playingFile: (taskRow, run) => playingFile(taskRow, run, 1)[0] ?? null,
    alarmsOfRun: ofRun(
      `SELECT type, ${shownFirst} AS firstAtMs, ${shownLast} AS lastAtMs, times
       FROM relay_alarms WHERE task_row = ? AND run_at = ? AND run_nth = ?
       ORDER BY last_at DESC, last_arrived_at DESC, type LIMIT +?`,
      (alarm: ShownAlarm) => alarm,
    ),
    // Bare columns are those of the last run with the alarm, because max() is the only minimum or maximum.
    alarms: rows(
      `SELECT type, ${shownLast} AS lastAtMs, sum(times) AS times, (SELECT ${shownFirst} FROM relay_alarms AS first
         WHERE first.task_row = relay_alarms.task_row AND first.type = relay_alarms.type
         ORDER BY run_at, run_nth LIMIT 1) AS firstAtMs
       FROM relay_alarms WHERE task_row = ? GROUP BY type
       ORDER BY max(run_at) DESC, last_at DESC, last_arrived_at DESC, type LIMIT +?`,
      (alarm: ShownAlarm) => alarm,
    ),
    attributionCandidates: candidates,
    callbacksWithoutTask: (countMax) => callbacksWithoutTask.get(countMax) ?? 0,
  };
}
