import type Database from 'better-sqlite3';
import { prepareFirstRecordedAfter } from '../../callbacks/callback-table.ts';
import { factPositionsSql } from '../../facts/operator-fact-table.ts';
import type { FactSubject } from '../../facts/operator-fact-events.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { StreamSessionRow } from '../../sessions/stream-session-fields.ts';
import type { RelayTaskReader } from '../../relay/relay-task-rows.ts';
import { prepareSession, toStreamSessionRow } from '../../sessions/stream-session-table.ts';
import { sessionViewOf, type SessionOrderKey } from '../../sessions/stream-session-view.ts';

/** Callbacks refolded at most for one answer about the past: some 0.2 s of work, in slices. */
const pastCallbacksMax = 2_000;

/** A callback to refold, at its first arrival. */
export interface PastCallback {
  readonly position: bigint;
  /** How often it has arrived by now. If only once, there is no redelivery to look for. */
  readonly deliveries: number;
}

/** What was known of the log: all events up to a position that were recorded by a moment (null: at any time). */
export interface PastMoment {
  readonly position: bigint;
  readonly recordedAtMs: number | null;
}

/** The error for a past with too many callbacks to refold. */
export function pastTooCostly(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `More than ${pastCallbacksMax} callbacks would have to be folded again to answer as of that moment.`,
  );
}

/** Sessions folded again on either side in the stream. The next one decides; callbacks may have moved a few. */
const neighboursMax = 10;

/** Sessions examined on either side: some of them began after the past position and are skipped. */
const neighboursExaminedMax = 1_000;

/** Tasks feeding a session, and sessions fed by a task, whose past is folded too. */
const relatedMax = 20;

/** The session's position in its stream; also its position in another stream if its push or its interruption alone names one. */
function orderKeysOf({ session }: StreamSessionRow): readonly SessionOrderKey[] {
  const keys = [session, { ...session, end: null }, { ...session, push: null }].flatMap(
    (known) => sessionViewOf(known).orderKey ?? [],
  );
  return keys.filter(({ streamKey }, index) => keys.findIndex((key) => key.streamKey === streamKey) === index);
}

type Statements = ReturnType<typeof prepareStatements>;

/** Tables of `main` have what is outside of the connection's scope too: it is folded, but not shown. */
function prepareStatements(db: Database.Database) {
  const session = prepareSession<[number]>(db, 'WHERE id = ?');
  const neighbours = (comparison: '<' | '>', direction: 'ASC' | 'DESC') =>
    db
      .prepare<[string, number, string, bigint], number>(
        `SELECT id FROM (SELECT id, first_position FROM main.stream_sessions INDEXED BY stream_sessions_of_stream
           WHERE stream_key = ? AND (ordered_at, sequence_order) ${comparison} (?, ?)
           ORDER BY ordered_at ${direction}, sequence_order ${direction} LIMIT ${neighboursExaminedMax})
         WHERE first_position <= ? LIMIT ${neighboursMax}`,
      )
      .pluck();
  const before = neighbours('<', 'DESC');
  const after = neighbours('>', 'ASC');
  const callbacks = <Key>(where: string) =>
    db
      .prepare<[Key, bigint, number], { position: bigint; deliveries: bigint }>(
        `SELECT position, deliveries FROM main.callbacks ${where} AND position <= ? ORDER BY position LIMIT +?`,
      )
      .safeIntegers();
  const ofSession = callbacks<number>('INDEXED BY callbacks_of_session WHERE session_id = ?');
  const factsOf = (type: FactSubject['type'], table: string, key: string) =>
    db
      .prepare<[number, bigint, number], { position: bigint; deliveries: bigint }>(factPositionsSql(type, table, key))
      .safeIntegers();
  const factsOfSession = factsOf('StreamSession', 'stream_sessions', 'sequence');
  const factsOfTask = factsOf('RelayTask', 'relay_tasks', 'task_id');
  const ofTask = callbacks<number>('INDEXED BY callbacks_of_task WHERE task_row = ?');
  const ofSource = callbacks<string>('WHERE source_key = ?');
  const sourcesOf = db
    .prepare<[number, number], string>('SELECT source_key FROM main.relay_task_source_keys WHERE task_row = ? LIMIT +?')
    .pluck();
  const tasksOf = db
    .prepare<[string, number], number>('SELECT task_row FROM main.relay_task_source_keys WHERE source_key = ? LIMIT +?')
    .pluck();
  return { session, before, after, ofSession, factsOfSession, ofTask, factsOfTask, ofSource, sourcesOf, tasksOf };
}

function collect(statements: Statements, until: bigint) {
  const { session, before, after, ofSession, factsOfSession, ofTask, factsOfTask, ofSource, sourcesOf, tasksOf } =
    statements;
  const found = new Map<bigint, PastCallback>();
  const seen = { sessions: new Set<number>(), tasks: new Set<number>(), sources: new Set<string>() };
  const add = (rows: readonly { position: bigint; deliveries: bigint }[]) => {
    for (const { position, deliveries } of rows) found.set(position, { position, deliveries: Number(deliveries) });
    if (found.size > pastCallbacksMax) throw pastTooCostly();
  };
  const limit = pastCallbacksMax + 1;
  const addSession = (id: number) => {
    if (!seen.sessions.has(id)) for (const some of [ofSession, factsOfSession]) add(some.all(id, until, limit));
    seen.sessions.add(id);
  };
  return {
    addStreamOf(sessionRow: number): void {
      addSession(sessionRow);
      const columns = session(sessionRow);
      if (columns === undefined) return;
      for (const { streamKey, orderedAtMs, sequenceOrder } of orderKeysOf(toStreamSessionRow(columns))) {
        for (const side of [before, after]) {
          for (const id of side.all(streamKey, orderedAtMs, sequenceOrder, until)) addSession(id);
        }
      }
    },
    /** An exit without a task id may belong to any task that named its sources, so it depends on the exits of all these tasks. */
    addTask(taskRow: number): void {
      const tasks = [taskRow];
      for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
        if (seen.tasks.has(task)) continue;
        seen.tasks.add(task);
        for (const some of [ofTask, factsOfTask]) add(some.all(task, until, limit));
        for (const source of sourcesOf.all(task, limit)) {
          if (seen.sources.has(source)) continue;
          seen.sources.add(source);
          add(ofSource.all(source, until, limit));
          tasks.push(...tasksOf.all(source, limit));
        }
      }
    },
    inOrder: () => [...found.values()].sort((one, other) => (one.position < other.position ? -1 : 1)),
  };
}

/** Finds the callbacks to fold again for the past of one session or task; `db` is a read-only connection. */
export function createSqlitePastReader(
  db: Database.Database,
  relay: Pick<RelayTaskReader, 'tasksFeeding' | 'sessionsFedBy'>,
) {
  const statements = prepareStatements(db);
  return {
    /** The position of the first callback recorded after a moment, by the log's clock; null: there is none. */
    firstRecordedAfter: prepareFirstRecordedAfter(db),
    /* Both throw a LedgerError, OPERATION_TOO_COSTLY, if there are more than `pastCallbacksMax`. */
    /** Callbacks of the session and its neighbours; with `withTasks`, also those of the tasks that fed it. */
    callbacksOfSession(sessionRow: number, until: bigint, withTasks: boolean): readonly PastCallback[] {
      const all = collect(statements, until);
      all.addStreamOf(sessionRow);
      if (withTasks) for (const { id } of relay.tasksFeeding(sessionRow, relatedMax, until)) all.addTask(id);
      return all.inOrder();
    },
    /**
     * Callbacks of the task and of all tasks whose exits depend on each other; with `withSessions`, also those of the
     * sessions that it fed, and of all tasks that may have fed these.
     */
    callbacksOfTask(taskRow: number, until: bigint, withSessions: boolean): readonly PastCallback[] {
      const all = collect(statements, until);
      all.addTask(taskRow);
      for (const { id } of withSessions ? relay.sessionsFedBy(taskRow, relatedMax, until) : []) {
        all.addStreamOf(id);
        // How sure it is that this task fed the session depends on the others that fit.
        for (const other of relay.tasksFeeding(id, relatedMax, until)) all.addTask(other.id);
      }
      return all.inOrder();
    },
  };
}
