import { taskViewOf } from '../../../domain/relay-task/relay-task.ts';
import type { RelayTaskWriter } from '../../relay-tasks.ts';
import type { RelayTaskRow } from '../../rows.ts';
import { cacheKey, type NotStored } from './cached-rows.ts';
import { cacheRuns } from './relay-run-cache.ts';
import { cacheAlarms, cacheFiles } from './relay-activity-cache.ts';
import { toTaskColumns, type TaskColumnValues } from '../relay-tasks/relay-columns.ts';
import type { RelayTaskTables, StoredTask } from '../relay-tasks/relay-task-tables.ts';

interface HeldTask {
  row: RelayTaskRow;
  /** What stands in the file, if anything does. */
  stored: Partial<TaskColumnValues> | NotStored;
}

/**
 * Relay tasks as the projector sees them within one transaction: tasks, runs, files and alarms are held in memory from the
 * first touch on and written once by `flush`. What is late, or asks for several tasks, is asked of the file, after the
 * rows that answer it are written. Callbacks always stand in the file.
 */
export function cacheRelayTasks(tables: RelayTaskTables) {
  const runs = cacheRuns(tables);
  const files = cacheFiles(tables);
  const alarms = cacheAlarms(tables);
  const byRow = new Map<number, HeldTask>();
  const byTaskId = new Map<string, HeldTask>();
  const dirty = new Set<HeldTask>();
  const lastExits = new Map<string, number | null>();
  let lastTaskRow: number | null = null;

  function hold(stored: StoredTask | null): HeldTask | null {
    if (stored === null) return null;
    const known = byRow.get(stored.row.id);
    if (known !== undefined) return known;
    return remember({ row: { ...stored.row, newestRun: null, newestExit: null }, stored: stored.columns });
  }

  function remember(held: HeldTask): HeldTask {
    const { id, appId, taskId } = held.row;
    byRow.set(id, held);
    byTaskId.set(cacheKey(appId, taskId), held);
    return held;
  }

  /** With its runs as they are now: they may have changed without a change of the task. */
  function toRow(held: HeldTask | null): RelayTaskRow | null {
    if (held === null) return null;
    const { id } = held.row;
    return { ...held.row, newestRun: runs.newest(id), newestExit: runs.newestExit(id) };
  }

  function write(held: HeldTask): void {
    const { row, stored } = held;
    const columns = toTaskColumns(row);
    const isNew = 'firstPosition' in stored;
    if (isNew) tables.insertTask(row.id, columns, stored.firstPosition);
    else tables.updateTask(row.id, columns, stored);
    // The sources of the task: all else that is told of them follows from the key.
    const sourceKey = isNew ? null : (stored.source_key ?? null);
    if (columns.source_key !== sourceKey) tables.putSources(row.id, taskViewOf(row.facts).sourceUrls);
    held.stored = columns;
  }

  function storeTasks(): void {
    for (const held of [...dirty].sort((one, other) => one.row.id - other.row.id)) write(held);
    dirty.clear();
  }

  const writer: RelayTaskWriter = {
    findTask: (appId, taskId) => toRow(byTaskId.get(cacheKey(appId, taskId)) ?? hold(tables.findTask(appId, taskId))),
    taskByRow: (taskRow) => toRow(byRow.get(taskRow) ?? hold(tables.taskByRow(taskRow))),

    putTask(task) {
      if (task.id === null) {
        lastTaskRow ??= tables.lastTaskRow();
        lastTaskRow += 1;
        dirty.add(remember({ row: { ...task, id: lastTaskRow }, stored: { firstPosition: task.changed.position } }));
        return lastTaskRow;
      }
      const held = byRow.get(task.id) ?? hold(tables.taskByRow(task.id));
      if (held === null) throw new Error('There is no such task.');
      held.row = { ...task, id: task.id };
      dirty.add(held);
      return task.id;
    },

    newestRun: runs.newest,
    newestExit: runs.newestExit,
    runAt: runs.at,
    runBefore: runs.before,
    runsFrom: runs.from,
    putRun: runs.put,
    replaceRunsFrom: runs.replaceFrom,

    findFile: files.find,
    putFile: files.put,
    findAlarm: alarms.find,
    putAlarm: alarms.put,
    removeActivityFrom(taskRow, runNumber) {
      files.removeFrom(taskRow, runNumber);
      alarms.removeFrom(taskRow, runNumber);
    },

    boundariesFrom: tables.boundariesFrom,
    lastBoundaryAtMs: tables.lastBoundaryAtMs,
    firstActivityAtMs: tables.firstActivityAtMs,
    activityFrom: tables.activityFrom,

    openTasksOfSource(sourceKey) {
      storeTasks();
      return tables.openTasksOfSource(sourceKey);
    },
    tasksOfSource(sourceKey) {
      storeTasks();
      return tables.tasksOfSource(sourceKey);
    },
    lastBoundaryOfSource(sourceKey) {
      storeTasks();
      return tables.lastBoundaryOfSource(sourceKey);
    },
    exitsWithoutTaskIdFrom: tables.exitsWithoutTaskIdFrom,
    lastExitWithoutTaskIdAtMs(sourceKey, exceptPosition) {
      // Each callback of a task asks this of its source, and most sources have no such exit.
      if (exceptPosition !== null) return tables.lastExitWithoutTaskIdAtMs(sourceKey, exceptPosition);
      const known = lastExits.get(sourceKey);
      if (known !== undefined) return known;
      const lastAtMs = tables.lastExitWithoutTaskIdAtMs(sourceKey, null);
      lastExits.set(sourceKey, lastAtMs);
      return lastAtMs;
    },
    attribute: tables.attribute,
  };

  return {
    writer,

    /** A callback of this source was written that names no task. */
    sawNamelessExit(sourceKey: string): void {
      lastExits.delete(sourceKey);
    },

    flush(): void {
      storeTasks();
      for (const part of [runs, files, alarms]) part.flush();
    },

    forget(): void {
      for (const part of [runs, files, alarms]) part.forget();
      for (const all of [byRow, byTaskId, dirty, lastExits]) all.clear();
      lastTaskRow = null;
    },
  };
}
