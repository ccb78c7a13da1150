import { cacheKey } from '../../projecting/file/row-cache.ts';
import type { RelayRun, RunKey } from '../relay-runs.ts';
import type { ExitTimes, MomentRange, RunRange } from '../relay-task-rows.ts';
import type { ActivityTable } from './activity-table.ts';
import type { prepareRelayExits } from './exit-table.ts';
import type { prepareRunTable } from './run-table.ts';
import { compareSources, type NewestSource, type prepareRelaySources } from './source-table.ts';

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

interface CachedRuns {
  newest: RelayRun | null;
  newestExit: RelayRun | null;
  /** Runs not written yet, by key. */
  readonly dirty: Map<string, RelayRun>;
}

/**
 * Runs within one transaction. Only a task's newest run and newest exit are cached, because callbacks in order need no other. The file
 * answers every other question, after the task's runs are written.
 */
export function createRunCache(table: ReturnType<typeof prepareRunTable>) {
  const tasks = new Map<number, CachedRuns>();

  function runsOf(taskRow: number): CachedRuns {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const newest = table.newestRun(taskRow);
    const newestExit = newest?.exit === null ? table.newestExit(taskRow) : newest;
    const cached = { newest, newestExit, dirty: new Map<string, RelayRun>() };
    tasks.set(taskRow, cached);
    return cached;
  }

  function store(taskRow: number): void {
    const cached = tasks.get(taskRow);
    if (cached === undefined) return;
    for (const run of cached.dirty.values()) table.put(taskRow, run);
    cached.dirty.clear();
  }

  return {
    newest: (taskRow: number) => runsOf(taskRow).newest,
    newestExit: (taskRow: number) => runsOf(taskRow).newestExit,

    /** Changes the newest run, or adds one after it. */
    put: (taskRow: number, run: RelayRun): void => {
      const cached = runsOf(taskRow);
      cached.dirty.set(`${run.openedAtMs} ${run.nth}`, run);
      cached.newest = run;
      if (run.exit !== null) cached.newestExit = run;
    },
    at: (taskRow: number, atMs: number): RelayRun | null => {
      const { newest } = runsOf(taskRow);
      // No run began after the newest one.
      if (newest === null || newest.openedAtMs <= atMs) return newest;
      store(taskRow);
      return table.at(taskRow, atMs);
    },
    before: (taskRow: number, atMs: number): RelayRun | null => {
      store(taskRow);
      return table.before(taskRow, atMs);
    },
    between: (taskRow: number, range: RunRange): RelayRun[] => {
      store(taskRow);
      return table.between(taskRow, range);
    },
    replaceBetween: (taskRow: number, range: RunRange, runs: readonly RelayRun[]): void => {
      store(taskRow);
      table.replaceBetween(taskRow, range, runs);
      tasks.delete(taskRow);
    },
    flush(): void {
      for (const taskRow of tasks.keys()) store(taskRow);
    },
    forget(): void {
      tasks.clear();
    },
  };
}

/** Whether it is the only source that its task named at its moment; false if that is not known. */
type CachedSource = NewestSource & { readonly isAlone: boolean };

type SourceTable = Pick<ReturnType<typeof prepareRelaySources>, 'sourceOf' | 'sourcesBetween' | 'newestSource'>;

/**
 * The newest source that each task named, within one transaction: each callback of a task needs the source in force, and callbacks in order
 * need no other. The file answers late callbacks.
 */
export function createSourceCache(table: SourceTable) {
  const tasks = new Map<number, CachedSource | null>();

  function newestOf(taskRow: number): CachedSource | null {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const stored = table.newestSource(taskRow);
    const newest = stored === null ? null : { ...stored, isAlone: false };
    tasks.set(taskRow, newest);
    return newest;
  }

  return {
    sourceOf: (taskRow: number, atMs: number, orAt: boolean): string | null => {
      const newest = newestOf(taskRow);
      if (newest === null) return null;
      if (newest.at.atMs < atMs || (orAt && newest.at.atMs === atMs)) return newest.sourceKey;
      return table.sourceOf(taskRow, atMs, orAt);
    },
    sourcesBetween: (taskRow: number, fromMs: number, toMs: number): string[] => {
      const newest = newestOf(taskRow);
      if (newest === null || newest.at.atMs < fromMs) return [];
      return newest.at.atMs === fromMs && newest.isAlone
        ? [newest.sourceKey]
        : table.sourcesBetween(taskRow, fromMs, toMs);
    },
    /** Called after writing a callback that names a task and a source. */
    named(taskRow: number, source: NewestSource): void {
      const newest = tasks.get(taskRow);
      if (newest === undefined) return;
      const isAlone = newest?.at.atMs !== source.at.atMs;
      if (newest === null || compareSources(source, newest) > 0) tasks.set(taskRow, { ...source, isAlone });
      else if (!isAlone) tasks.set(taskRow, { ...newest, isAlone });
    },
    /** Called also when callbacks that name their task may have moved in its order. */
    forget(): void {
      tasks.clear();
    },
  };
}

type ExitTable = ReturnType<typeof prepareRelayExits>;

/**
 * What each callback of a task asks about exits that name no task, within one transaction: most sources have no such exit, and few tasks are
 * concerned by one. Written through, because the file answers the rest.
 */
export function createExitCache(table: ExitTable): Omit<ExitTable, 'exitsConcern'> & {
  inserted(sourceKey: string): void;
  forget(): void;
} {
  const sources = new Map<string, ExitTimes | null>();
  /** False: no exit concerns the task. True: one may. */
  const tasks = new Map<number, boolean>();
  const mayConcern = (taskRow: number): boolean => {
    const known = tasks.get(taskRow) ?? table.exitsConcern(taskRow);
    tasks.set(taskRow, known);
    return known;
  };
  return {
    ...table,
    timesOfExitsWithoutTaskId(sourceKey) {
      const known = sources.get(sourceKey);
      if (known !== undefined) return known;
      const times = table.timesOfExitsWithoutTaskId(sourceKey);
      sources.set(sourceKey, times);
      return times;
    },
    sourcesOfUntimedExits: (taskRow, fromMs) =>
      mayConcern(taskRow) ? table.sourcesOfUntimedExits(taskRow, fromMs) : [],
    candidateExitsOf: (taskRow, ...range) => (mayConcern(taskRow) ? table.candidateExitsOf(taskRow, ...range) : []),
    attribute(position, taskRow, atMs) {
      table.attribute(position, taskRow, atMs);
      if (taskRow !== null) tasks.set(taskRow, true);
    },
    putExitCandidates(exit, taskRows) {
      table.putExitCandidates(exit, taskRows);
      for (const taskRow of taskRows) tasks.set(taskRow, true);
    },
    moveExitTo(...moved) {
      table.moveExitTo(...moved);
      sources.clear();
    },
    /** Called after writing such an exit. */
    inserted: (sourceKey) => void sources.delete(sourceKey),
    forget(): void {
      sources.clear();
      tasks.clear();
    },
  };
}
