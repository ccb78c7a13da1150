import type { NewestSource, prepareRelaySources } from '../relay-tasks/relay-source-statements.ts';
import type { ExitTimes } from '../../relay-tasks.ts';
import type { prepareRelayExits } from '../relay-tasks/relay-exit-statements.ts';

/**
 * The newest source that each task named, within one transaction: each callback of a task asks which source is in force, and
 * callbacks in order ask for no other. What is late is answered by the file.
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
    /** To be called when a callback was written that names a task and a source. */
    named(taskRow: number, source: NewestSource): void {
      const newest = tasks.get(taskRow);
      if (newest === undefined) return;
      if (newest === null || isLater(source, newest)) tasks.set(taskRow, source);
    },
    /** To be called when callbacks that name their task may have moved in its order, too. */
    forget(): void {
      tasks.clear();
    },
  };
}

function isLater(one: NewestSource, other: NewestSource): boolean {
  return one.atMs > other.atMs || (one.atMs === other.atMs && Buffer.compare(one.identity, other.identity) > 0);
}

/**
 * Between which times the exits of each source are that name no task, within one transaction: each callback of a task asks
 * this about its source, and most sources have no such exit.
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
    /** To be called when such an exit was written. */
    inserted: (sourceKey: string) => void sources.delete(sourceKey),
    /** To be called when one has moved in the order of its source, too. */
    forget(): void {
      sources.clear();
    },
  };
}
