import type { ActivityTable } from '../relay-tasks/relay-activity-tables.ts';
import { cacheKey } from './row-cache.ts';

interface CachedActivity<Activity> {
  readonly taskRow: number;
  readonly runNumber: number;
  activity: Activity;
  isDirty: boolean;
}

/** Files or alarms of runs within one transaction: folded in memory, and written once by `flush`. */
export function createActivityCache<Activity>(table: ActivityTable<Activity>) {
  /** By task, then by run and key. */
  const tasks = new Map<number, Map<string, CachedActivity<Activity>>>();

  function activityOf(taskRow: number): Map<string, CachedActivity<Activity>> {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const none = new Map<string, CachedActivity<Activity>>();
    tasks.set(taskRow, none);
    return none;
  }

  return {
    find: (taskRow: number, runNumber: number, key: string): Activity | null => {
      const ofTask = activityOf(taskRow);
      const cached = ofTask.get(cacheKey(runNumber, key));
      if (cached !== undefined) return cached.activity;
      const activity = table.find(taskRow, runNumber, key);
      if (activity !== null) ofTask.set(cacheKey(runNumber, key), { taskRow, runNumber, activity, isDirty: false });
      return activity;
    },
    put: (taskRow: number, runNumber: number, activity: Activity): void => {
      const key = cacheKey(runNumber, table.keyOf(activity));
      activityOf(taskRow).set(key, { taskRow, runNumber, activity, isDirty: true });
    },
    removeFrom(taskRow: number, runNumber: number): void {
      table.removeFrom(taskRow, runNumber);
      const ofTask = activityOf(taskRow);
      for (const [key, cached] of ofTask) if (cached.runNumber >= runNumber) ofTask.delete(key);
    },
    flush(): void {
      for (const ofTask of tasks.values()) {
        for (const cached of ofTask.values()) {
          if (cached.isDirty) table.put(cached.taskRow, cached.runNumber, cached.activity);
          cached.isDirty = false;
        }
      }
    },
    forget(): void {
      tasks.clear();
    },
  };
}
