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
