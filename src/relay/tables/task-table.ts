import type Database from 'better-sqlite3';
import type { FieldValues } from '../../lists/list-fields.ts';
import { leastValue } from '../../lists/sql/list-definition.ts';
import { cacheKey, createRowCache, type CachedRow } from '../../projecting/file/row-cache.ts';
import { prepareInsert, prepareUpdate, type AsRead } from '../../projecting/file/statements.ts';
import type { CallbackBelonging, NewCallback } from '../../callbacks/callback-fields.ts';
import type { RelayTaskRow, RelayTaskToPut, RelayTaskWriter } from '../relay-task-rows.ts';
import { isOpen, orderPointOf, shownTimeOf } from '../relay-runs.ts';
import type { relayTaskFields } from '../relay-task-fields.ts';
import { sourceFileOf } from '../relay-callback.ts';
import { relayTaskStateOf, sourceKeyOf, taskViewOf, type RelayTaskFacts } from '../relay-task.ts';
import { createActivityCache, prepareAlarmTable, prepareFileTable } from './activity-table.ts';
import { createExitCache, prepareRelayExits, prepareRelayOrder } from './exit-table.ts';
import { prepareRelayCallbacks } from './relay-callback-table.ts';
import { createRunCache, prepareRunTable, type RelayWritten } from './run-table.ts';
import { createSourceCache, prepareRelaySources } from './source-table.ts';

/** The columns of a task: its facts, and what filters and orders use, from its view. */
function toTaskColumns(task: RelayTaskToPut) {
  const view = taskViewOf(task.facts);
  const { newestRun, newestExit } = task;
  return {
    app_id: task.appId,
    task_id: task.taskId,
    state: relayTaskStateOf(newestRun),
    facts: JSON.stringify(task.facts),
    source_key: sourceKeyOf(task.appId, view.sourceUrls),
    to_url: view.toUrl,
    domain: view.domain,
    path: view.path,
    stream_id: view.streamId,
    is_open: Number(isOpen(newestRun)),
    started_at: newestRun?.startedAtMs ?? null,
    start_received_at: newestRun?.startReceivedAtMs ?? null,
    exited_at: newestExit?.exit?.exitedAtMs ?? null,
    exit_received_at: newestExit?.exit?.receivedAtMs ?? null,
    exited_order: newestExit?.exit?.exitedAtMs ?? leastValue,
    exit_code: newestExit?.exit?.code ?? null,
    first_occurred_at: task.firstOccurredAtMs,
    first_received_at: task.firstReceivedAtMs,
    ordered_at:
      newestRun === null
        ? (task.firstOccurredAtMs ?? task.firstReceivedAtMs)
        : (newestRun.startedAtMs ?? shownTimeOf(newestRun.opened)),
    last_boundary_at: task.lastBoundaryAtMs,
    last_sign_at: task.lastActivityAtMs,
    last_untimed_at: task.lastUntimedAtMs,
    changed_position: task.changed.position,
    changed_ordinal: task.changed.ordinal,
  } satisfies FieldValues<typeof relayTaskFields> & Readonly<Record<string, unknown>>;
}

/** Everything that is written for a task, by column. */
export type TaskColumnValues = ReturnType<typeof toTaskColumns>;

/** Indexed columns, in groups that change together. */
const indexedColumns = [
  ['app_id', 'task_id', 'source_key', 'to_url', 'domain', 'path', 'stream_id'],
  ['state', 'is_open', 'exited_order', 'exit_received_at', 'exit_code', 'ordered_at', 'last_boundary_at'],
  ['changed_position', 'changed_ordinal'],
] as const;

/** The columns read back of a task; everything else follows from its facts and its runs. */
type TaskColumns = Pick<
  AsRead<TaskColumnValues & { readonly id: number }>,
  | 'id'
  | 'app_id'
  | 'task_id'
  | 'facts'
  | 'first_occurred_at'
  | 'first_received_at'
  | 'last_boundary_at'
  | 'last_sign_at'
  | 'last_untimed_at'
  | 'changed_position'
  | 'changed_ordinal'
>;

type StoredTaskRow = Omit<RelayTaskRow, 'newestRun' | 'newestExit'>;

function toStoredTaskRow(columns: TaskColumns): StoredTaskRow {
  return {
    id: columns.id,
    appId: columns.app_id,
    taskId: columns.task_id,
    facts: JSON.parse(columns.facts) as RelayTaskFacts,
    firstOccurredAtMs: columns.first_occurred_at,
    firstReceivedAtMs: columns.first_received_at,
    lastBoundaryAtMs: columns.last_boundary_at,
    lastActivityAtMs: columns.last_sign_at,
    lastUntimedAtMs: columns.last_untimed_at,
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** A task as read, with the columns to compare before it is written again. */
interface StoredTask {
  readonly row: StoredTaskRow;
  readonly columns: Partial<TaskColumnValues>;
}

/** The projector's statements for relay tasks and their sources. */
export function prepareTaskTable(db: Database.Database) {
  const task = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, TaskColumns & Partial<TaskColumnValues>>(`SELECT * FROM relay_tasks ${rest}`);
  const byTaskId = task<[string, string]>('WHERE task_id = ? AND app_id = ?');
  const byRow = task<[number]>('WHERE id = ?');
  const lastRow = db.prepare<[], number | null>('SELECT max(id) FROM relay_tasks').pluck();
  const insert = prepareInsert<TaskColumnValues & { id: number; first_position: bigint }>(db, 'relay_tasks');
  const sources = db
    .prepare<[number], string>('SELECT url FROM relay_task_sources WHERE task_row = ? ORDER BY url')
    .pluck();
  const removeSources = db.prepare<[number]>('DELETE FROM relay_task_sources WHERE task_row = ?');
  const insertSource = db.prepare<[string, number, string | null]>(
    'INSERT OR IGNORE INTO relay_task_sources (url, task_row, file) VALUES (?, ?, ?)',
  );
  const stored = (columns: (TaskColumns & Partial<TaskColumnValues>) | undefined): StoredTask | null =>
    columns === undefined ? null : { row: toStoredTaskRow(columns), columns };

  return {
    byTaskId: (appId: string, taskId: string) => stored(byTaskId.get(taskId, appId)),
    byRow: (taskRow: number) => stored(byRow.get(taskRow)),
    lastRow: () => lastRow.get() ?? 0,
    insert(taskRow: number, columns: TaskColumnValues, firstPosition: bigint): void {
      insert({ id: taskRow, first_position: firstPosition, ...columns });
    },
    update: prepareUpdate<TaskColumnValues>(db, 'relay_tasks', indexedColumns),

    /** Written only if they changed: most callbacks of a task name the same sources. */
    putSources(taskRow: number, urls: readonly string[]): void {
      const wanted = [...new Set(urls)].sort();
      const present = sources.all(taskRow);
      if (wanted.length === present.length && wanted.every((url, index) => url === present[index])) return;
      removeSources.run(taskRow);
      for (const url of wanted) insertSource.run(url, taskRow, sourceFileOf(url)?.toLowerCase() ?? null);
    },
  };
}

/**
 * Relay tasks as the projector sees them within one transaction: tasks, runs, files and alarms are folded in memory and written once by
 * `flush`. The file answers late callbacks and questions about several tasks, after the rows that affect the answer are written. Callbacks
 * are always in the file.
 */
export function createRelayTaskCache(db: Database.Database, written: RelayWritten) {
  const table = prepareTaskTable(db);
  const callbacks = prepareRelayCallbacks(db);
  const exits = createExitCache(prepareRelayExits(db));
  const sources = prepareRelaySources(db);
  const order = prepareRelayOrder(db);
  const runs = createRunCache(prepareRunTable(db, written));
  const files = createActivityCache(prepareFileTable(db));
  const alarms = createActivityCache(prepareAlarmTable(db));
  const tasks = createCachedTasks(table, runs, written);
  const newestSources = createSourceCache(sources);
  const parts = [tasks, runs, files, alarms];

  const writer: RelayTaskWriter = {
    findTask: tasks.find,
    taskByRow: tasks.byRow,
    putTask: tasks.put,

    newestRun: runs.newest,
    newestExit: runs.newestExit,
    runAt: runs.at,
    runBefore: runs.before,
    runsBetween: runs.between,
    putRun: runs.put,
    replaceRunsBetween: runs.replaceBetween,

    findFile: files.find,
    putFile: files.put,
    findAlarm: alarms.find,
    putAlarm: alarms.put,
    removeActivityBetween(taskRow, range) {
      files.removeBetween(taskRow, range);
      alarms.removeBetween(taskRow, range);
    },

    ...callbacks,
    ...order,
    ...exits,
    ...sources,
    sourceOf: newestSources.sourceOf,
    sourcesBetween: newestSources.sourcesBetween,
    moveTo(callbackPosition, atMs) {
      order.moveTo(callbackPosition, atMs);
      newestSources.forget();
    },
    tasksOfSource(sourceKey, atMs) {
      // The file answers this.
      tasks.flush();
      return sources.tasksOfSource(sourceKey, atMs);
    },
  };

  return {
    writer,
    /** Called after writing a relay callback. */
    callbackInserted(callback: NewCallback, { taskRow, relay }: CallbackBelonging): void {
      if (relay === null) return;
      const { atMs, namedSource, sourceKey } = relay;
      if (sourceKey !== null) exits.inserted(sourceKey);
      const at = orderPointOf(atMs, callback);
      if (taskRow !== null && namedSource !== null)
        newestSources.named(taskRow, { sourceKey: namedSource, at, identity: callback.identity });
    },
    flush: () => {
      for (const part of parts) part.flush();
    },
    forget: () => {
      for (const part of [...parts, exits, newestSources]) part.forget();
    },
  };
}

function isSameTarget(one: TaskColumnValues, other: Partial<TaskColumnValues>): boolean {
  return one.source_key === other.source_key && one.to_url === other.to_url && one.stream_id === other.stream_id;
}

function createCachedTasks(
  table: ReturnType<typeof prepareTaskTable>,
  runs: Pick<ReturnType<typeof createRunCache>, 'newest' | 'newestExit'>,
  written: RelayWritten,
) {
  const rows = createRowCache<RelayTaskRow, Partial<TaskColumnValues>>(
    ({ appId, taskId }) => cacheKey(appId, taskId),
    write,
  );
  let lastRow: number | null = null;

  type CachedTask = CachedRow<RelayTaskRow, Partial<TaskColumnValues>>;

  function write(cached: CachedTask): void {
    const { row, stored } = cached;
    const columns = toTaskColumns(row);
    if ('firstPosition' in stored) table.insert(row.id, columns, stored.firstPosition);
    else table.update(row.id, columns, stored);
    const sourceKey = 'firstPosition' in stored ? null : (stored.source_key ?? null);
    if (columns.source_key !== sourceKey) table.putSources(row.id, taskViewOf(row.facts).sourceUrls);
    if (!('firstPosition' in stored) && !isSameTarget(columns, stored)) written.taskRenamed(row.id);
    cached.stored = columns;
  }

  function cached(stored: StoredTask | null): CachedTask | undefined {
    if (stored === null) return undefined;
    const known = rows.byId(stored.row.id);
    return known ?? rows.add({ ...stored.row, newestRun: null, newestExit: null }, stored.columns);
  }

  /** Includes the current runs: they may have changed without a change of the task. */
  function toRow(found: CachedTask | undefined): RelayTaskRow | null {
    if (found === undefined) return null;
    const { id } = found.row;
    return { ...found.row, newestRun: runs.newest(id), newestExit: runs.newestExit(id) };
  }

  return {
    find: (appId: string, taskId: string) =>
      toRow(rows.byKey(cacheKey(appId, taskId)) ?? cached(table.byTaskId(appId, taskId))),
    byRow: (taskRow: number) => toRow(rows.byId(taskRow) ?? cached(table.byRow(taskRow))),
    put: (task: RelayTaskToPut): number => {
      if (task.id === null) {
        lastRow ??= table.lastRow();
        lastRow += 1;
        rows.add({ ...task, id: lastRow }, { firstPosition: task.changed.position });
        return lastRow;
      }
      const found = rows.byId(task.id) ?? cached(table.byRow(task.id));
      if (found === undefined) throw new Error('The relay task to be updated does not exist.');
      rows.change(found, { ...task, id: task.id });
      return task.id;
    },
    flush: rows.flush,
    forget(): void {
      rows.forget();
      lastRow = null;
    },
  };
}
