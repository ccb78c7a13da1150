import type Database from 'better-sqlite3';
import type { RunKey } from '../relay-runs.ts';
import { feedingToleranceMs, type RelayTaskReader } from '../relay-task-rows.ts';
import { endOfSession, stillLive } from '../../sessions/stream-session-table.ts';
import { streamSessionList, type ReadableSessions } from '../../sessions/stream-session-list.ts';
import { toRelayAlarm, toRelayFile } from './activity-table.ts';
import { createRelayEvidence } from './relay-callback-table.ts';
import { relayTaskList, type ReadableTasks } from './relay-task-list.ts';
import { prepareRunsOfTasks } from './run-table.ts';

// Relay tasks and the stream sessions that they feed: they have the same target, and a run overlaps the session in
// time.

/** Sessions of one stream, and tasks of one target, examined at most to join the two. */
const joinRowsMax = 1_000;

/** Greater than any position of an event. */
const lastPosition = 2n ** 63n - 1n;

const sessionEnd = endOfSession('session');

const sameTarget = 'session.stream_id = task.stream_id AND session.domain = task.domain AND session.path = task.path';

/** Runs do not overlap, so only the newest run that had begun by the session's end can overlap it. */
const hasOverlappingRun = `pair.session_start <= (
  SELECT coalesce(run.exited_at, run.exit_received_at, ${stillLive}) + ${feedingToleranceMs} FROM relay_runs AS run
  WHERE run.task_row = pair.task_row AND run.opened_at <= pair.session_end
  ORDER BY run.opened_at DESC, run.order_at DESC, run.nth DESC LIMIT 1)`;

const pairColumns = `task.id AS task_row, session.ordered_at AS session_start, ${sessionEnd} + ${feedingToleranceMs} AS session_end`;

/** When the last run of a task ended; null while it is open. */
const lastEnd = `(SELECT CASE WHEN exit_at IS NOT NULL THEN coalesce(exited_at, exit_received_at) END FROM relay_runs AS run
  WHERE run.task_row = task.id ORDER BY run.order_at DESC, run.nth DESC LIMIT 1)`;

/**
 * Parameters: the task's row, a position, and the maximum number of rows. Leaves out sessions from after the task's
 * last exit.
 */
const sessionsFedBySql = `
  SELECT ${streamSessionList.columnNames} FROM (
    SELECT session.*, ${pairColumns}
    FROM relay_tasks AS task JOIN stream_sessions AS session ON ${sameTarget}
    WHERE task.id = ? AND session.first_position <= ? AND session.ordered_at <= coalesce(${lastEnd}, ${stillLive}) + ${feedingToleranceMs}
    ORDER BY session.ordered_at DESC LIMIT ${joinRowsMax}
  ) AS pair
  WHERE ${hasOverlappingRun} ORDER BY ordered_at DESC, first_position DESC LIMIT +?`;

/** Parameters: the session's row, a position, and the maximum number of rows. */
const tasksFeedingSql = `
  SELECT ${relayTaskList.columnNames} FROM (
    SELECT task.*, ${pairColumns}
    FROM stream_sessions AS session JOIN relay_tasks AS task ON ${sameTarget}
    WHERE session.id = ? AND task.first_position <= ? AND task.first_at <= ${sessionEnd} + ${feedingToleranceMs}
    ORDER BY task.ordered_at DESC LIMIT ${joinRowsMax}
  ) AS pair
  WHERE ${hasOverlappingRun} ORDER BY ordered_at DESC, first_position DESC LIMIT +?`;

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
  const sessionsFedBy = rows(sessionsFedBySql, toSession);
  const tasksFeeding = rows(tasksFeedingSql, toTask);
  const candidates = rows(
    `${selectTask} WHERE id IN (SELECT task_row FROM relay_exit_candidates WHERE exit_position = ?) ORDER BY id LIMIT +?`,
    toTask,
  );
  const playingFile = ofRun(
    `SELECT * FROM relay_files WHERE task_row = ? AND run_at = ? AND run_nth = ? AND is_playing = 1
     ORDER BY started_at DESC LIMIT +?`,
    toRelayFile,
  );
  const callbacksWithoutTask = db
    .prepare<[number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM callbacks WHERE relay_kind IS NOT NULL AND task_row IS NULL LIMIT +?)',
    )
    .pluck();
  return {
    ...createRelayEvidence(db),
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
      `SELECT * FROM relay_alarms WHERE task_row = ? AND run_at = ? AND run_nth = ?
       ORDER BY last_at DESC, type LIMIT +?`,
      toRelayAlarm,
    ),
    alarms: rows(
      `SELECT type, min(first_at) AS first_at, max(last_at) AS last_at, sum(times) AS times
       FROM relay_alarms WHERE task_row = ? GROUP BY type ORDER BY last_at DESC, type LIMIT +?`,
      toRelayAlarm,
    ),
    sessionsFedBy: (taskRow, rowsMax, until = lastPosition) => sessionsFedBy(taskRow, until, rowsMax),
    tasksFeeding: (sessionRow, rowsMax, until = lastPosition) => tasksFeeding(sessionRow, until, rowsMax),
    attributionCandidates: candidates,
    callbacksWithoutTask: (countMax) => callbacksWithoutTask.get(countMax) ?? 0,
  };
}
