import type { ExitTimes } from '../../relay-tasks.ts';
import type { prepareRelayExits } from '../relay-tasks/relay-exit-statements.ts';

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
