import type Database from 'better-sqlite3';
import { prepareInsertOfValues } from '../projecting/file/statements.ts';
import { taskViewOf, type RelayTaskFacts } from '../relay/relay-task.ts';
import type { DecidedFailure, FailureToPut, FailureTable, HourBounds, StoredFailure } from './failure.ts';
import { hourMs } from './incident-rules.ts';

/** All columns of a failure, by the names of its properties. */
const failureColumns = `ref, subject, at AS atMs, since AS sinceMs, traits, session_row AS sessionRow, task_row AS taskRow, run_at AS runAtMs,
  times, incident, back_at AS backAtMs`;

type DecidedColumns = readonly [
  ref: string,
  subject: string,
  at: number,
  traits: string,
  incident: number | null,
  backAt: number | null,
];

function toDecided([ref, subject, atMs, traits, incident, backAtMs]: DecidedColumns): DecidedFailure {
  return { ref, subject, atMs, traits, incident, backAtMs };
}

/** The projector's statements for failures. */
export function prepareFailureTable(db: Database.Database): FailureTable {
  return { ...prepareFailures(db), ...prepareHours(db), ...prepareReturns(db), ...prepareTasks(db) };
}

function prepareFailures(db: Database.Database) {
  const failures = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, StoredFailure>(`SELECT ${failureColumns} FROM failures ${rest}`);
  const byRef = failures<[string]>('WHERE ref = ?');
  // As arrays: a decision reads thousands of them.
  const decided = <Parameters extends unknown[]>(rest: string) =>
    db
      .prepare<Parameters, DecidedColumns>(`SELECT ref, subject, at, traits, incident, back_at FROM failures ${rest}`)
      .raw();
  const between = decided<[number, number, number]>('WHERE at BETWEEN ? AND ? ORDER BY at LIMIT +?');
  const ofIncident = decided<[number]>('WHERE incident = ?');
  const takenOf = failures<[string]>('INDEXED BY failures_taken WHERE subject = ? AND incident IS NOT NULL');
  const lastAt = db.prepare<[], number | null>('SELECT max(at) FROM failures').pluck();
  const written = ['ref', 'subject', 'at', 'since', 'traits', 'session_row', 'task_row', 'run_at', 'times'];
  const insert = prepareInsertOfValues(db, 'failures', written);
  const remove = db.prepare<[string]>('DELETE FROM failures WHERE ref = ?');
  const setTimes = db.prepare<[number, string]>('UPDATE failures SET times = ? WHERE ref = ?');
  const assign = db.prepare<[number | null, number | null, number | null, string]>(
    'UPDATE failures SET incident = ?, missing_in = ?, back_at = ? WHERE ref = ?',
  );
  return {
    failure: (ref: string) => byRef.get(ref) ?? null,
    failuresBetween: (fromMs: number, toMs: number, rowsMax: number) =>
      between.all(fromMs, toMs, rowsMax).map(toDecided),
    failuresOf: (incident: number) => ofIncident.all(incident).map(toDecided),
    takenOf: (subject: string) => takenOf.all(subject),
    lastFailureAtMs: () => lastAt.get() ?? null,
    addFailure({ ref, subject, atMs, sinceMs, traits, sessionRow, taskRow, runAtMs, times }: FailureToPut): void {
      insert(ref, subject, atMs, sinceMs, traits, sessionRow, taskRow, runAtMs, times);
    },
    removeFailure: (ref: string) => void remove.run(ref),
    setTimes: (ref: string, times: number) => void setTimes.run(times, ref),
    assign(ref: string, incident: number | null, backAtMs: number | null): void {
      assign.run(incident, backAtMs === null ? incident : null, backAtMs, ref);
    },
  };
}

/** How many streams failed in each hour. */
function prepareHours(db: Database.Database) {
  const traitsBetween = db
    .prepare<[number, number], [string, string]>(
      'SELECT DISTINCT subject, traits FROM failures WHERE at >= ? AND at < ? ORDER BY subject',
    )
    .raw();
  const failingIn = db
    .prepare<[number, number, number], string>(
      `SELECT subject FROM failures WHERE at >= ? AND at < ? GROUP BY subject HAVING count(DISTINCT at / ${hourMs}) >= ?`,
    )
    .pluck();
  const putUncounted = db.prepare<[number]>('INSERT OR IGNORE INTO uncounted_hours VALUES (?)');
  const takeUncounted = db.prepare<[], number>('DELETE FROM uncounted_hours RETURNING hour').pluck();
  const removeFrom = db.prepare<[number]>('DELETE FROM failure_hours WHERE hour >= ?');
  const inHour = db
    .prepare<[number], [string, number]>('SELECT grouped_by, streams FROM failure_hours WHERE hour = ?')
    .raw();
  const put = db.prepare<[string, number, number]>(
    `INSERT INTO failure_hours (grouped_by, hour, streams) VALUES (?, ?, ?)
     ON CONFLICT (grouped_by, hour) DO UPDATE SET streams = excluded.streams`,
  );
  const remove = db.prepare<[string, number]>('DELETE FROM failure_hours WHERE grouped_by = ? AND hour = ?');
  const sums = db.prepare<HourBounds, HourSums>(
    `SELECT sum(streams) FILTER (WHERE nth > :leftOut) AS "all",
       sum(streams) FILTER (WHERE is_same) - max(streams) FILTER (WHERE is_same) AS same
     FROM (
       SELECT streams, (:lastHour - hour) % 24 = 0 AS is_same, row_number() OVER (ORDER BY streams DESC) AS nth
       FROM failure_hours WHERE grouped_by = :group AND hour >= :fromHour AND hour < :lastHour
     )`,
  );
  const busy = db
    .prepare<{ streamsMin: number; fromHour: number; toHour: number }, number>(
      `SELECT hour FROM failure_hours WHERE hour BETWEEN :fromHour AND :toHour AND streams >= :streamsMin
       UNION SELECT hour FROM uncounted_hours WHERE hour BETWEEN :fromHour AND :toHour`,
    )
    .pluck();
  return {
    traitsBetween: (fromMs: number, toMs: number) => traitsBetween.all(fromMs, toMs),
    streamsFailingIn: (hoursMin: number, fromMs: number, toMs: number) => failingIn.all(fromMs, toMs, hoursMin),
    putUncounted: (hour: number) => void putUncounted.run(hour),
    takeUncounted(lastHour: number | null): number[] {
      const hours = takeUncounted.all();
      removeFrom.run(lastHour ?? 0);
      if (lastHour !== null) putUncounted.run(lastHour);
      return lastHour === null ? [] : hours.filter((hour) => hour < lastHour);
    },
    streamsInHour: (hour: number) => inHour.all(hour),
    putHour(group: string, hour: number, streams: number): void {
      if (streams === 0) remove.run(group, hour);
      else put.run(group, hour, streams);
    },
    streamsInHours(bounds: HourBounds) {
      const { all, same } = sums.get(bounds) ?? { all: null, same: null };
      return { all: all ?? 0, same: same ?? 0 };
    },
    busyHours: (streamsMin: number, fromHour: number, toHour: number) => busy.all({ streamsMin, fromHour, toHour }),
  };
}

interface HourSums {
  readonly all: number | null;
  readonly same: number | null;
}

function prepareReturns(db: Database.Database) {
  const nextPush = db
    .prepare<[string, number], number | null>(
      'SELECT min(ordered_at) FROM stream_sessions WHERE stream_key = ? AND ordered_at > ?',
    )
    .pluck();
  const openPush = db
    .prepare<[string, number, number], number>(
      `SELECT ordered_at FROM (SELECT ordered_at, state, ended_at FROM stream_sessions WHERE stream_key = ? AND ordered_at <= ?
         ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1) WHERE state = 'LIVE' OR ended_at > ?`,
    )
    .pluck();
  const nextRun = db
    .prepare<[number, number], number | null>(
      `SELECT min(coalesce(began_at, opened_received_at)) FROM relay_runs
       WHERE task_row = ? AND order_at > ? AND opened_by <> 'EXIT'`,
    )
    .pluck();
  return {
    backAtMs({ subject, atMs, sinceMs, taskRow, runAtMs, sessionRow }: FailureToPut): number | null {
      const isAttempt = sessionRow === null && taskRow === null;
      // An attempt while a push of the stream goes on takes nothing away.
      const wentOnAtMs = isAttempt ? openPush.get(subject, sinceMs, sinceMs) : undefined;
      const pushedAtMs = wentOnAtMs ?? nextPush.get(subject, sinceMs) ?? Infinity;
      const ranAtMs = taskRow === null || runAtMs === null ? null : nextRun.get(taskRow, runAtMs);
      const backAtMs = Math.max(atMs, Math.min(pushedAtMs, ranAtMs ?? Infinity));
      return backAtMs === Infinity ? null : backAtMs;
    },
  };
}

function prepareTasks(db: Database.Database) {
  const ofTask = db.prepare<[number], StoredFailure>(`SELECT ${failureColumns} FROM failures WHERE task_row = ?`);
  const subjectOfTask = db.prepare<[number], string>('SELECT subject FROM failures WHERE task_row = ? LIMIT 1').pluck();
  const task = db.prepare<[number], { readonly app_id: string; readonly task_id: string; readonly facts: string }>(
    'SELECT app_id, task_id, facts FROM relay_tasks WHERE id = ?',
  );
  return {
    failuresOfTask: (taskRow: number) => ofTask.all(taskRow),
    subjectOfTask: (taskRow: number) => subjectOfTask.get(taskRow) ?? null,
    task(taskRow: number) {
      const columns = task.get(taskRow);
      if (columns === undefined) throw new TypeError('A run that was written has no task.');
      const view = taskViewOf(JSON.parse(columns.facts) as RelayTaskFacts);
      return { row: taskRow, appId: columns.app_id, taskId: columns.task_id, ...view };
    },
  };
}
