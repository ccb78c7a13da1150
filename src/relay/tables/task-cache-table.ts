import type Database from 'better-sqlite3';
import { taskViewOf } from '../relay-task.ts';
import type { RelayTaskToPut, RelayTaskWriter } from '../relay-task-rows.ts';
import type { RelayTaskRow } from '../../projecting/rows.ts';
import { prepareAlarmTable, prepareFileTable } from './activity-table.ts';
import { prepareRelayCallbacks } from './relay-callback-table.ts';
import { prepareRelayExits, prepareRelayOrder } from './exit-table.ts';
import { prepareRelaySources } from './source-table.ts';
import { prepareRunTable, type NewestRuns } from './run-table.ts';
import { prepareTaskTable, toTaskColumns, type StoredTask, type TaskColumnValues } from './task-table.ts';
import { cacheKey, createRowCache, type CachedRow } from '../../projecting/file/row-cache.ts';

/**
 * Relay tasks as the projector sees them within one transaction: their rows are cached and written once by `flush`. Everything else of them
 * is written and read at once, so the file answers; a question about several tasks flushes their rows first.
 */
export function createRelayTaskCache(db: Database.Database) {
  const runs = prepareRunTable(db);
  const files = prepareFileTable(db);
  const alarms = prepareAlarmTable(db);
  const sources = prepareRelaySources(db);
  const tasks = createCachedTasks(prepareTaskTable(db), runs);

  const writer: RelayTaskWriter = {
    findTask: tasks.find,
    taskByRow: tasks.byRow,
    putTask: tasks.put,

    newestRun: runs.newestRun,
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

    ...prepareRelayCallbacks(db),
    ...prepareRelayOrder(db),
    ...prepareRelayExits(db),
    ...sources,
    tasksOfSource(sourceKey, atMs) {
      tasks.flush();
      return sources.tasksOfSource(sourceKey, atMs);
    },
  };

  return { writer, flush: tasks.flush, forget: tasks.forget };
}

function createCachedTasks(table: ReturnType<typeof prepareTaskTable>, { newestRun, newestExit }: NewestRuns) {
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
    return { ...found.row, newestRun: newestRun(id), newestExit: newestExit(id) };
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
    forget: (): void => {
      rows.forget();
      lastRow = null;
    },
  };
}
