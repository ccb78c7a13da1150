import type { NewestSource, prepareRelaySources } from './source-table.ts';
import type { ExitTimes } from '../relay-task-rows.ts';
import type { prepareRelayExits } from './relay-exit-statements-table.ts';

/**
 * The newest source that each task named, within one transaction: each callback of a task needs the source in force, and callbacks in order
 * need no other. The file answers late callbacks.
 */
export function createSourceCache(table: Pick<ReturnType<typeof prepareRelaySources>, 'sourceOf' | 'newestSource'>) {
  const tasks = new Map<number, NewestSource | null>();

  function newestOf(taskRow: number): NewestSource | null {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const newest = table.newestSource(taskRow);
    tasks.set(taskRow, newest);
    return newest;
  }

  return {
    sourceOf: (taskRow: number, atMs: number, orAt: boolean): string | null => {
      const newest = newestOf(taskRow);
      if (newest === null) return null;
      if (newest.atMs < atMs || (orAt && newest.atMs === atMs)) return newest.sourceKey;
      return table.sourceOf(taskRow, atMs, orAt);
    },
    /** Called after writing a callback that names a task and a source. */
    named(taskRow: number, source: NewestSource): void {
      const newest = tasks.get(taskRow);
      if (newest === undefined) return;
      if (newest === null || isLater(source, newest)) tasks.set(taskRow, source);
    },
    /** Called also when callbacks that name their task may have moved in its order. */
    forget(): void {
      tasks.clear();
    },
  };
}

function isLater(one: NewestSource, other: NewestSource): boolean {
  return one.atMs > other.atMs || (one.atMs === other.atMs && Buffer.compare(one.identity, other.identity) > 0);
}

/**
 * The time range of each source's exits that name no task, within one transaction: each callback of a task needs it for its source, and
 * most sources have no such exit.
 */
export function createExitCache(table: Pick<ReturnType<typeof prepareRelayExits>, 'timesOfExitsWithoutTaskId'>) {
  const sources = new Map<string, ExitTimes | null>();
  return {
    timesOf: (sourceKey: string): ExitTimes | null => {
      const known = sources.get(sourceKey);
      if (known !== undefined) return known;
      const times = table.timesOfExitsWithoutTaskId(sourceKey);
      sources.set(sourceKey, times);
      return times;
    },
    /** Called after writing such an exit. */
    inserted: (sourceKey: string) => void sources.delete(sourceKey),
    /** Called also when such an exit has moved in its source's order. */
    forget(): void {
      sources.clear();
    },
  };
}
