import { feedingToleranceMs } from '../../relay-tasks.ts';
import { sessionColumnNames } from '../stream-sessions/session-columns.ts';
import { taskColumnNames } from './relay-columns.ts';

/** Joins relay tasks with the stream sessions they feed: the same target, and a run that overlaps the session in time. */

/** Sessions of one stream, and tasks of one target, that are looked at when the two are joined. */
const joinRowsMax = 1_000;

const never = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/** When a session ended: a session that was superseded without an interruption ended when the next one began at the latest. */
const sessionEnd = `CASE session.state
  WHEN 'ENDED' THEN coalesce(session.ended_at, session.ordered_at)
  WHEN 'SUPERSEDED' THEN (
    SELECT next.ordered_at FROM stream_sessions AS next
    WHERE next.stream_key = session.stream_key
      AND (next.ordered_at, next.sequence_order) > (session.ordered_at, session.sequence_order)
    ORDER BY next.ordered_at, next.sequence_order LIMIT 1)
  ELSE ${never} END`;

const sameTarget = 'session.stream_id = task.stream_id AND session.domain = task.domain AND session.path = task.path';

/** Runs follow each other, so the newest one that had begun by the session's end is the only one to look at. */
const hasOverlappingRun = `pair.session_start <= (
  SELECT coalesce(run.exit_at + ${feedingToleranceMs}, ${never}) FROM relay_runs AS run
  WHERE run.task_row = pair.task_row AND run.opened_at <= pair.session_end
  ORDER BY run.opened_at DESC, run.number DESC LIMIT 1)`;

const pairColumns = `task.id AS task_row, session.ordered_at AS session_start, ${sessionEnd} + ${feedingToleranceMs} AS session_end`;

/** Parameters: the task's row, and how many rows at most. Sessions from after the task's last exit are not looked at. */
export const sessionsFedBySql = `
  SELECT ${sessionColumnNames} FROM (
    SELECT session.*, ${pairColumns}
    FROM relay_tasks AS task JOIN stream_sessions AS session ON ${sameTarget}
    WHERE task.id = ? AND session.ordered_at <= CASE WHEN task.is_open OR task.last_boundary_at IS NULL
      THEN ${never} ELSE task.last_boundary_at + ${feedingToleranceMs} END
    ORDER BY session.ordered_at DESC LIMIT ${joinRowsMax}
  ) AS pair
  WHERE ${hasOverlappingRun} ORDER BY ordered_at DESC, first_position DESC LIMIT ?`;

/** Parameters: the session's row, and how many rows at most. */
export const tasksFeedingSql = `
  SELECT ${taskColumnNames} FROM (
    SELECT task.*, ${pairColumns}
    FROM stream_sessions AS session JOIN relay_tasks AS task ON ${sameTarget}
    WHERE session.id = ? AND task.first_at <= ${sessionEnd} + ${feedingToleranceMs}
    ORDER BY task.ordered_at DESC LIMIT ${joinRowsMax}
  ) AS pair
  WHERE ${hasOverlappingRun} ORDER BY ordered_at DESC, first_position DESC LIMIT ?`;
