import type { RelayRun } from '../relay-runs.ts';
import type { RunRange } from '../relay-task-rows.ts';
import type { prepareRunTable } from './run-table.ts';

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
