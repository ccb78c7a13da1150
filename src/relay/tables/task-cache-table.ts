import type Database from 'better-sqlite3';
import { taskViewOf } from '../relay-task.ts';
import type { CallbackBelonging, NewCallback } from '../../projecting/read-model-writer.ts';
import type { RelayTaskToPut, RelayTaskWriter } from '../relay-task-rows.ts';
import type { RelayTaskRow } from '../../projecting/rows.ts';
import { prepareAlarmTable, prepareFileTable } from './activity-table.ts';
import { prepareRelayCallbacks } from './relay-callback-table.ts';
import { prepareRelayExits, prepareRelayOrder } from './exit-table.ts';
import { prepareRelaySources } from './source-table.ts';
import { prepareRunTable } from './run-table.ts';
import { prepareTaskTable, toTaskColumns, type StoredTask, type TaskColumnValues } from './task-table.ts';
import { createActivityCache, createExitCache, createRunCache, createSourceCache } from './run-cache-table.ts';
import { cacheKey, createRowCache, type CachedRow } from '../../projecting/file/row-cache.ts';

/**
 * Relay tasks as the projector sees them within one transaction: tasks, runs, files and alarms are folded in memory and written once by
 * `flush`. The file answers late callbacks and questions about several tasks, after the rows that affect the answer are written. Callbacks
 * are always in the file.
 */
export function createRelayTaskCache(db: Database.Database) {
  const table = prepareTaskTable(db);
  const callbacks = prepareRelayCallbacks(db);
  const exits = prepareRelayExits(db);
  const sources = prepareRelaySources(db);
  const order = prepareRelayOrder(db);
  const runs = createRunCache(prepareRunTable(db));
  const files = createActivityCache(prepareFileTable(db));
  const alarms = createActivityCache(prepareAlarmTable(db));
  const tasks = createCachedTasks(table, runs);
  const newestSources = createSourceCache(sources);
  const exitTimes = createExitCache(exits);
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
    moveTo(callbackPosition, atMs) {
      order.moveTo(callbackPosition, atMs);
      newestSources.forget();
    },
    moveExitTo(callbackPosition, atMs) {
      exits.moveExitTo(callbackPosition, atMs);
      exitTimes.forget();
    },
    tasksOfSource(sourceKey, atMs) {
      // The file answers this.
      tasks.flush();
      return sources.tasksOfSource(sourceKey, atMs);
    },
    timesOfExitsWithoutTaskId: exitTimes.timesOf,
  };

  return {
    writer,
    /** Called after writing a relay callback. */
    callbackInserted({ identity }: NewCallback, { taskRow, relay }: CallbackBelonging): void {
      if (relay === null) return;
      const { atMs, namedSource, sourceKey } = relay;
      if (sourceKey !== null) exitTimes.inserted(sourceKey);
      if (taskRow !== null && namedSource !== null)
        newestSources.named(taskRow, { sourceKey: namedSource, atMs, identity });
    },
    flush(): void {
      for (const part of parts) part.flush();
    },
    forget(): void {
      for (const part of parts) part.forget();
      exitTimes.forget();
      newestSources.forget();
    },
  };
}

function createCachedTasks(
  table: ReturnType<typeof prepareTaskTable>,
  runs: Pick<ReturnType<typeof createRunCache>, 'newest' | 'newestExit'>,
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
