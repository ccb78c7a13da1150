import {
  isOpen,
  openedByActivity,
  orderWithinMoment,
  withBoundary,
  type RelayRun,
  type RunBoundary,
} from './relay-runs.ts';

/** One of the tasks of an account with the same source URLs, without the exits that name no task. */
export interface AttributionCandidate {
  readonly taskRow: number;
  /** Its newest run before these exits and boundaries; null if it had none. */
  readonly base: RelayRun | null;
  readonly boundaries: readonly RunBoundary[];
  readonly firstActivityAtMs: number | null;
}

/** A TaskExit that names no task, as in the vendor's own sample (seed 003). */
export type ExitWithoutTaskId = Extract<RunBoundary, { kind: 'EXIT' }>;

/**
 * Attributes each exit, by its position, to the one task of the same account and source URLs whose run is open at that
 * point of the order; null if there is none, or more than one. The order of the arguments does not matter.
 */
export function attributeExits(
  candidates: readonly AttributionCandidate[],
  exits: readonly ExitWithoutTaskId[],
): ReadonlyMap<bigint, number | null> {
  const timelines = candidates.map(createTimeline);
  const attributed = new Map<bigint, number | null>();
  for (const exit of [...exits].sort(byOrder)) {
    const open = timelines.filter((timeline) => timeline.isOpenAt(exit.atMs));
    const [only] = open;
    const isOnly = open.length === 1 && only !== undefined;
    if (isOnly) only.close(exit);
    attributed.set(exit.position, isOnly ? only.taskRow : null);
  }
  return attributed;
}

/** Folds the runs of one task moment by moment, as `foldRuns` does. It must be asked in ascending order of time. */
function createTimeline({ taskRow, base, boundaries, firstActivityAtMs }: AttributionCandidate) {
  const upcoming = [...boundaries].sort(byOrder);
  let folded = 0;
  let exits: ExitWithoutTaskId[] = [];
  let newest = base;
  let nextActivityAtMs = firstActivityAtMs;
  const foldActivityBefore = (atMs: number) => {
    if (nextActivityAtMs === null || nextActivityAtMs >= atMs) return;
    newest ??= openedByActivity(nextActivityAtMs);
    nextActivityAtMs = null;
  };
  const foldMoment = (atMs: number) => {
    const moment: RunBoundary[] = exits.filter((exit) => exit.atMs === atMs);
    exits = [];
    for (let next = upcoming[folded]; next?.atMs === atMs; next = upcoming[folded]) {
      moment.push(next);
      folded += 1;
    }
    foldActivityBefore(atMs);
    for (const boundary of orderWithinMoment(moment, isOpen(newest))) newest = withBoundary(newest, boundary);
  };
  const foldUntil = (atMs: number) => {
    for (;;) {
      const nextMs = Math.min(upcoming[folded]?.atMs ?? Infinity, exits[0]?.atMs ?? Infinity);
      if (nextMs >= atMs) break;
      foldMoment(nextMs);
    }
    foldActivityBefore(atMs);
  };
  return {
    taskRow,
    isOpenAt(atMs: number): boolean {
      foldUntil(atMs);
      // One exit per moment: the first one ends the run that was open before it, or that began in it.
      return exits.length === 0 && (isOpen(newest) || beginsAt(atMs));
    },
    close(exit: ExitWithoutTaskId) {
      exits.push(exit);
    },
  };

  /** If no run is open, a start at the same moment comes before the exit, which may end that run. */
  function beginsAt(atMs: number): boolean {
    const next = upcoming[folded];
    return next?.atMs === atMs && next.kind === 'START';
  }
}

function byOrder(one: RunBoundary, other: RunBoundary): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.kind !== other.kind) return one.kind === 'START' ? -1 : 1;
  if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1;
  return one.position < other.position ? -1 : 1;
}
