import { feedingToleranceMs } from '../relay/relay-task-rows.ts';

/** The end of a session that has none: a tolerance can be added to it. */
export const stillLive = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/**
 * When a session ended: a closed one, at the time the operator gave; one superseded without an interruption, at the start of the next one
 * at the latest.
 */
export const endOfSession = (session: string) => `CASE ${session}.state
  WHEN 'ENDED' THEN coalesce(${session}.ended_at, ${session}.ordered_at)
  WHEN 'CLOSED' THEN ${session}.closed_at
  WHEN 'SUPERSEDED' THEN (
    SELECT next.ordered_at FROM stream_sessions AS next
    WHERE next.stream_key = ${session}.stream_key
      AND (next.ordered_at, next.sequence_order) > (${session}.ordered_at, ${session}.sequence_order)
    ORDER BY next.ordered_at, next.sequence_order LIMIT 1)
  ELSE ${stillLive} END`;

/**
 * Milliseconds that most sessions are shorter than. A search for sessions that pushed at a given moment reads all that began within this
 * time before it; of those that began earlier, it reads only the index of longer ones.
 */
export const longSessionMs = 6 * 3_600_000;

/** Ended sessions longer than that, and those that ended before they began, because a callback has a wrong time. */
export const longSessions = {
  index: 'stream_sessions_long',
  when: `state = 'ENDED' AND ended_order - ordered_at NOT BETWEEN 0 AND ${longSessionMs}`,
};

/** Ordered by their end; includes their start, so that reading it needs no row. */
export const longSessionsIndexSql = `CREATE INDEX ${longSessions.index} ON stream_sessions (ended_order, first_position, ordered_at)
  WHERE ${longSessions.when}`;

/**
 * The newest callbacks of one stream name, tasks that push to it, and callbacks of each task that are considered: many domains may use one
 * name, and a task may loop for years. More than one, because a spooled callback gets its position late.
 */
const newestMax = 20;

/** When a callback of the session itself last arrived: the second value of its fold, see `toFoldText`. */
export const lastReceivedSql = `json_extract(stream_sessions.session, '$[1]')`;

/** Recordings, screenshots and other callbacks that name the stream but belong to no session: some name neither account nor domain. */
const heardOfStream = `(SELECT max(named.last_received_at) FROM (
    SELECT callbacks.last_received_at, callbacks.domain, callbacks.app_id FROM callbacks INDEXED BY callbacks_by_stream
    WHERE callbacks.stream_id = stream_sessions.stream_id ORDER BY callbacks.position DESC LIMIT ${newestMax}
  ) AS named WHERE (named.domain IS NULL OR named.domain = stream_sessions.domain)
    AND (named.app_id IS NULL OR named.app_id = stream_sessions.app_id))`;

/** Callbacks of the tasks that push to the stream. */
const heardOfTasks = `(SELECT max(task.heard) FROM (
    SELECT relay_tasks.domain, relay_tasks.path, relay_tasks.app_id,
      (SELECT max(newest.last_received_at) FROM (
        SELECT callbacks.last_received_at FROM callbacks INDEXED BY callbacks_of_task
        WHERE callbacks.task_row = relay_tasks.id ORDER BY callbacks.position DESC LIMIT ${newestMax}
      ) AS newest) AS heard
    FROM relay_tasks INDEXED BY relay_tasks_by_stream_id
    WHERE relay_tasks.stream_id = stream_sessions.stream_id ORDER BY relay_tasks.ordered_at DESC LIMIT ${newestMax}
  ) AS task WHERE task.domain = stream_sessions.domain AND task.path = stream_sessions.path
    AND task.app_id = stream_sessions.app_id)`;

/** When something was last heard of a session; for a live session, callbacks that name its stream count too. */
export const lastHeardSql = `CASE WHEN stream_sessions.state = 'LIVE'
  THEN max(${lastReceivedSql}, coalesce(${heardOfStream}, 0), coalesce(${heardOfTasks}, 0)) ELSE ${lastReceivedSql} END`;
