import type Database from 'better-sqlite3';
import { streamSessionList, type ReadableSessions } from '../../sessions/stream-session-list.ts';
import { closedEnd, ofNextSession, stillLive } from '../../sessions/stream-session-table.ts';
import { unknownAccount } from '../../sessions/stream-session.ts';
import { feedingToleranceMs, type RelayTaskReader } from '../relay-task-rows.ts';
import { relayTaskList, type ReadableTasks } from './relay-task-list.ts';
import type { Conclusion } from '../../kernel/sureness.ts';

// Relay tasks and the stream sessions that they feed. Both sides ask `evidence`, so they agree.

/** Sessions of one stream, and tasks of one target, examined at most to join the two. */
const joinRowsMax = 1_000;

/**
 * Milliseconds by which CSS's clock and ours differ at most. This only bounds how many sessions are examined: what
 * belongs together is not decided by comparing the two.
 */
const clocksApartMs = 3_600_000;

/** Greater than any position of an event. */
const lastPosition = 2n ** 63n - 1n;

const ofNext = (value: string) => ofNextSession('session', value);

/** The first and the last arrival of a session's callbacks: see `toFoldText`. */
const firstReceived = (session: string) => `json_extract(${session}.session, '$[0]')`;
const lastReceived = (session: string) => `json_extract(${session}.session, '$[1]')`;

const nextBegan = 'coalesce(next.started_at, next.ended_at)';

/**
 * The beginning and the end of a session by CSS's clock, null if its callbacks carry no time, and by ours. If only one
 * of the two is known, it counts as both. A session that was superseded without an interruption ends when the next one
 * of its stream begins.
 */
const spanColumns = `
  coalesce(session.started_at, session.ended_at) AS span_from,
  CASE session.state WHEN 'LIVE' THEN ${stillLive}
    WHEN 'CLOSED' THEN ${closedEnd('session', ofNext(nextBegan))} WHEN 'SUPERSEDED' THEN ${ofNext(nextBegan)}
    ELSE coalesce(session.ended_at, session.started_at) END AS span_to,
  ${firstReceived('session')} AS span_arrived_from,
  CASE session.state WHEN 'LIVE' THEN ${stillLive}
    WHEN 'CLOSED' THEN ${closedEnd('session', ofNext(firstReceived('next')))}
    WHEN 'SUPERSEDED' THEN ${ofNext(firstReceived('next'))}
    ELSE ${lastReceived('session')} END AS span_arrived_to`;

const runColumns = 'order_at, nth, began_at, opened_received_at, exit_at, exited_at, exit_received_at';

/**
 * From what a task fits a session of its target (see `JoinEvidence`); null: it does not. Runs do not overlap, so
 * only the newest run that had begun by the session's end can overlap it. Each comparison is by CSS's clock if that is
 * known of both times, else by ours. `span` names a row with `spanColumns`.
 */
const fits = (taskRow: string, span: string) => `(
  SELECT CASE
    WHEN iif(began_at IS NULL OR ${span}.span_to IS NULL,
        opened_received_at > ${span}.span_arrived_to + ${feedingToleranceMs},
        began_at > ${span}.span_to + ${feedingToleranceMs})
      OR iif(exited_at IS NULL OR ${span}.span_from IS NULL,
        exit_received_at < ${span}.span_arrived_from - ${feedingToleranceMs},
        exited_at < ${span}.span_from - ${feedingToleranceMs}) THEN NULL
    WHEN began_at IS NULL OR ${span}.span_from IS NULL OR ${span}.span_to IS NULL
      OR (exit_at IS NOT NULL AND exited_at IS NULL) THEN 'ARRIVALS'
    ELSE 'TIMES' END
  FROM (
    SELECT * FROM (SELECT ${runColumns} FROM relay_runs AS run WHERE run.task_row = ${taskRow}
      AND began_at <= coalesce(${span}.span_to, ${stillLive}) + ${feedingToleranceMs}
      ORDER BY began_at DESC, order_at DESC, nth DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT ${runColumns} FROM relay_runs AS run WHERE run.task_row = ${taskRow}
      AND began_at IS NULL AND opened_received_at <= ${span}.span_arrived_to + ${feedingToleranceMs}
      ORDER BY opened_received_at DESC, order_at DESC, nth DESC LIMIT 1)
  ) ORDER BY order_at DESC, nth DESC LIMIT 1)`;

/** Whether a task pushes to the target of a session and had begun by its end, by either clock. */
const isOfTarget = (span: string) => `
  task.stream_id = ${span}.stream_id AND task.domain = ${span}.domain AND task.path = ${span}.path
  AND (task.first_received_at <= ${span}.span_arrived_to + ${feedingToleranceMs}
    OR task.first_occurred_at <= ${span}.span_to + ${feedingToleranceMs})`;

/** Whether another task fits the session as well. `joined` is a row of `joined`. */
const hasOthers = `(evidence <> 'NAMED' AND EXISTS (
  SELECT 1 FROM (
    SELECT task.id FROM relay_tasks AS task WHERE ${isOfTarget('joined')} ORDER BY task.ordered_at DESC LIMIT ${joinRowsMax}
  ) AS other WHERE other.id <> joined.task_row AND ${fits('other.id', 'joined')} IS NOT NULL))`;

/** The task that a session names: in its push, or in a callback of another type that has its sequence. */
const namedTask = `coalesce(session.relay_task_id, (
  SELECT about.named_task_id FROM callbacks AS about INDEXED BY callbacks_by_named_sequence
  WHERE about.named_sequence = session.sequence AND about.named_task_id IS NOT NULL
    AND (about.app_id IS NULL OR about.app_id = session.app_id) ORDER BY about.position LIMIT 1))`;

/** A task belongs to an account; a session whose account no callback names, to that of its domain. */
const sameAccount = (task: string) => `(session.app_id = ${task}.app_id
  OR (session.app_id = '${unknownAccount}' AND session.domain = ${task}.domain))`;

/** A pair of a session and a task that may belong together. */
const pairColumns = `${spanColumns}, task.id AS task_row, ${namedTask} AS named_task,
  task.task_id AS of_task, ${sameAccount('task')} AS is_of_account`;

/** A session that names its task belongs to that task alone. */
const evidence = `CASE WHEN pair.named_task IS NULL THEN ${fits('pair.task_row', 'pair')}
  WHEN pair.named_task = pair.of_task AND pair.is_of_account THEN 'NAMED' END`;

/** Of these pairs, those that belong together, the newest first. */
const joined = (columns: string, pairs: string) => `
  SELECT ${columns} FROM (
    SELECT * FROM (SELECT *, ${evidence} AS evidence FROM (${pairs}) AS pair)
    WHERE evidence IS NOT NULL ORDER BY ordered_at DESC, first_position DESC LIMIT @rowsMax
  ) AS joined ORDER BY joined.ordered_at DESC, joined.first_position DESC`;

/** When the last run of a task ended; null while it is open. */
const lastEnd = `(SELECT CASE WHEN exit_at IS NOT NULL THEN coalesce(exited_at, exit_received_at) END FROM relay_runs AS run
  WHERE run.task_row = task.id ORDER BY run.order_at DESC, run.nth DESC LIMIT 1)`;

/** With the sessions that name a task, and those of its target, but none from long after its last exit. */
const sessionsOfTask = `
  SELECT session.*, ${pairColumns} FROM relay_tasks AS task JOIN stream_sessions AS session ON session.id IN (
    SELECT * FROM (SELECT named.id FROM relay_tasks AS task JOIN stream_sessions AS named
        ON named.relay_task_id = task.task_id
      WHERE task.id = @row ORDER BY named.ordered_at DESC LIMIT ${joinRowsMax})
    UNION ALL
    SELECT * FROM (SELECT named.id
      FROM relay_tasks AS task
        CROSS JOIN callbacks AS about INDEXED BY callbacks_by_named_task ON about.named_task_id = task.task_id
        CROSS JOIN stream_sessions AS named ON named.sequence = about.named_sequence
      WHERE task.id = @row ORDER BY about.position DESC LIMIT ${joinRowsMax})
    UNION ALL
    SELECT * FROM (SELECT pushed.id FROM relay_tasks AS task JOIN stream_sessions AS pushed
        ON pushed.stream_id = task.stream_id AND pushed.domain = task.domain AND pushed.path = task.path
      WHERE task.id = @row AND pushed.ordered_at <= coalesce(${lastEnd}, ${stillLive}) + ${clocksApartMs}
      ORDER BY pushed.ordered_at DESC LIMIT ${joinRowsMax}))
  WHERE task.id = @row AND session.first_position <= @until`;

/** With the task that a session names, and those of its target. */
const tasksOfSession = `
  SELECT task.*, ${pairColumns} FROM stream_sessions AS session JOIN relay_tasks AS task ON task.id IN (
    SELECT named.id FROM stream_sessions AS session CROSS JOIN relay_tasks AS named ON named.task_id = ${namedTask}
      WHERE session.id = @row
    UNION ALL
    SELECT * FROM (SELECT task.id FROM (
        SELECT session.stream_id, session.domain, session.path, ${spanColumns} FROM stream_sessions AS session
        WHERE session.id = @row
      ) AS span JOIN relay_tasks AS task ON ${isOfTarget('span')}
      ORDER BY task.ordered_at DESC LIMIT ${joinRowsMax}))
  WHERE session.id = @row AND task.first_position <= @until`;

interface JoinColumns {
  readonly evidence: JoinEvidence;
  readonly hasOthers: number;
}

type Joins = 'sessionsFedBy' | 'tasksFeeding' | 'sessionJoins' | 'taskJoins';

/** Reads the sessions of a task and the tasks of a session; `db` is a read-only connection. */
export function prepareJoins(
  db: Database.Database,
  { toSession, toTask }: { readonly toSession: ReadableSessions['toRow']; readonly toTask: ReadableTasks['toRow'] },
): Pick<RelayTaskReader, Joins> {
  const rows = <Columns, Row>(columns: string, pairs: string, toRow: (columns: Columns) => Row) => {
    const statement = db.prepare<{ row: number; rowsMax: number; until: bigint }, Columns>(joined(columns, pairs));
    return (row: number, rowsMax: number, until = lastPosition) => statement.all({ row, rowsMax, until }).map(toRow);
  };
  const withJoin = `, evidence, ${hasOthers} AS hasOthers`;
  const conclusionOf = ({ evidence, hasOthers: others }: JoinColumns) =>
    joinConclusionOf({ evidence, hasOthers: others === 1 });
  return {
    sessionsFedBy: rows(streamSessionList.columnNames, sessionsOfTask, toSession),
    tasksFeeding: rows(relayTaskList.columnNames, tasksOfSession, toTask),
    sessionJoins: rows(
      streamSessionList.columnNames + withJoin,
      sessionsOfTask,
      (columns: JoinColumns & Parameters<typeof toSession>[0]) => ({
        session: toSession(columns),
        ...conclusionOf(columns),
      }),
    ),
    taskJoins: rows(
      relayTaskList.columnNames + withJoin,
      tasksOfSession,
      (columns: JoinColumns & Parameters<typeof toTask>[0]) => ({ task: toTask(columns), ...conclusionOf(columns) }),
    ),
  };
}

/**
 * From what it is concluded that a task fed a session. NAMED: the `stream_param` of the push, or of a callback with its
 * sequence, has the id of the task. TIMES: they have the same target, and by CSS's clock they
 * overlap. ARRIVALS: they have the same target, but one of the times to compare is missing, so only arrivals can be
 * compared.
 */
type JoinEvidence = 'NAMED' | 'TIMES' | 'ARRIVALS';

/** What joins a task and a session. */
interface Join {
  readonly evidence: JoinEvidence;
  /** Whether other tasks fit the session as well. */
  readonly hasOthers: boolean;
}

const sameTarget = 'The session is a push to the domain, path and stream of the task’s to_url';

const because: Readonly<Record<JoinEvidence, string>> = {
  NAMED: 'The stream_param of the push, or of another callback with its sequence, names the task: ppTaskId.',
  TIMES: `${sameTarget}, and by CSS’s clock it overlaps a run of the task, give or take 60 s.`,
  ARRIVALS: `${sameTarget}, and its callbacks arrived while a run of the task went on, give or take 60 s.`,
};

const anotherTask = 'Another task with the same target had a run at the same time.';
const anotherTime = 'A time is missing by which CSS’s clock would say whether they overlap.';
const anotherPusher = 'Something other than the task pushed this stream at the same time.';

/** How sure it is that the task fed the session. */
export function joinConclusionOf({ evidence, hasOthers }: Join): Conclusion {
  if (evidence === 'NAMED') return { sureness: 'CERTAIN', because: because.NAMED, alternative: null };
  if (evidence === 'TIMES' && !hasOthers) {
    return { sureness: 'LIKELY', because: because.TIMES, alternative: anotherPusher };
  }
  const alternatives = [...(evidence === 'ARRIVALS' ? [anotherTime] : []), ...(hasOthers ? [anotherTask] : [])];
  return { sureness: 'POSSIBLE', because: because[evidence], alternative: alternatives.join(' ') };
}
