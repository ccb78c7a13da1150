import type { RunKey } from '../relay-runs.ts';
import type { MomentRange } from '../relay-task-rows.ts';
import type { ActivityTable } from './activity-table.ts';
import { cacheKey } from '../../projecting/file/row-cache.ts';

interface CachedActivity<Activity> {
  readonly taskRow: number;
  readonly run: RunKey;
  activity: Activity;
  isDirty: boolean;
}

/** Files or alarms of runs within one transaction, folded in memory and written once by `flush`. */
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
    find: (taskRow: number, run: RunKey, key: string): Activity | null => {
      const ofTask = activityOf(taskRow);
      const cached = ofTask.get(keyOf(run, key));
      if (cached !== undefined) return cached.activity;
      const activity = table.find(taskRow, run, key);
      if (activity !== null) ofTask.set(keyOf(run, key), { taskRow, run, activity, isDirty: false });
      return activity;
    },
    put: (taskRow: number, run: RunKey, activity: Activity): void => {
      activityOf(taskRow).set(keyOf(run, table.keyOf(activity)), { taskRow, run, activity, isDirty: true });
    },
    removeBetween(taskRow: number, range: MomentRange): void {
      table.removeBetween(taskRow, range);
      const ofTask = activityOf(taskRow);
      for (const [key, { run }] of ofTask) {
        if (run.openedAtMs >= range.fromMs && run.openedAtMs < range.untilMs) ofTask.delete(key);
      }
    },
    flush(): void {
      for (const ofTask of tasks.values()) {
        for (const cached of ofTask.values()) {
          if (cached.isDirty) table.put(cached.taskRow, cached.run, cached.activity);
          cached.isDirty = false;
        }
      }
    },
    forget(): void {
      tasks.clear();
    },
  };
}

function keyOf({ openedAtMs, nth }: RunKey, key: string): string {
  return cacheKey(openedAtMs, cacheKey(nth, key));
}
