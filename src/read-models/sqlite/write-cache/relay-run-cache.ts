import type { RelayRun } from '../../../domain/relay-task/relay-runs.ts';
import type { RelayTaskTables } from '../relay-tasks/relay-task-tables.ts';

interface HeldRuns {
  newest: RelayRun | null;
  newestExit: RelayRun | null;
  /** By number: what is not written yet. */
  readonly dirty: Map<number, RelayRun>;
}

/**
 * Runs as the projector sees them within one transaction. The newest run and the newest exit of a task are held, because what
 * is in order asks for no other; every other question is asked of the file, after what is held is written.
 */
export function cacheRuns(tables: RelayTaskTables) {
  const runs = new Map<number, HeldRuns>();

  function hold(taskRow: number): HeldRuns {
    const known = runs.get(taskRow);
    if (known !== undefined) return known;
    const newest = tables.newestRun(taskRow);
    const newestExit = newest?.exit === null ? tables.newestExit(taskRow) : newest;
    const held = { newest, newestExit, dirty: new Map<number, RelayRun>() };
    runs.set(taskRow, held);
    return held;
  }

  function write(taskRow: number, { dirty }: HeldRuns): void {
    for (const run of dirty.values()) tables.putRun(taskRow, run);
    dirty.clear();
  }

  /** Writes what is held of a task, for the file to be asked. */
  function settle(taskRow: number): void {
    const held = runs.get(taskRow);
    if (held !== undefined) write(taskRow, held);
  }

  return {
    newest: (taskRow: number) => hold(taskRow).newest,
    newestExit: (taskRow: number) => hold(taskRow).newestExit,

    /** Changes the newest run, or adds one behind it. */
    put: (taskRow: number, run: RelayRun): void => {
      const held = hold(taskRow);
      held.dirty.set(run.number, run);
      held.newest = run;
      if (run.exit !== null) held.newestExit = run;
    },

    at: (taskRow: number, atMs: number): RelayRun | null => {
      const { newest } = hold(taskRow);
      // Runs are numbered in the order in which they began.
      if (newest === null || newest.openedAtMs <= atMs) return newest;
      settle(taskRow);
      return tables.runAt(taskRow, atMs);
    },

    before: (taskRow: number, atMs: number): RelayRun | null => {
      settle(taskRow);
      return tables.runBefore(taskRow, atMs);
    },

    from: (taskRow: number, number: number): RelayRun[] => {
      settle(taskRow);
      return tables.runsFrom(taskRow, number);
    },

    replaceFrom: (taskRow: number, number: number, after: readonly RelayRun[]): void => {
      settle(taskRow);
      tables.replaceRunsFrom(taskRow, number, after);
      runs.delete(taskRow);
    },

    flush(): void {
      for (const [taskRow, held] of runs) write(taskRow, held);
    },

    forget(): void {
      runs.clear();
    },
  };
}
