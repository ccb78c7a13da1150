import {
  isOpen,
  openedByActivity,
  orderWithinMoment,
  withBoundary,
  type RelayRun,
  type RunBoundary,
} from './relay-runs.ts';

/** A task among those of one account and source URLs: what is known of it without the exits that name no task. */
export interface AttributionCandidate {
  readonly taskRow: number;
  /** Its newest run before the exits and boundaries at hand; null where it had none. */
  readonly base: RelayRun | null;
  readonly boundaries: readonly RunBoundary[];
  readonly firstSignMs: number | null;
}

export type ExitWithoutTaskId = Extract<RunBoundary, { kind: 'EXIT' }>;

/**
 * Gives each exit that names no task to the one task of the same account and source URLs whose run is open at that place
 * in the order; null where none is, or several are. The vendor's own sample of a TaskExit is such an exit (seed 003).
 * The order of the arguments does not matter.
 */
export function attributeExits(
  candidates: readonly AttributionCandidate[],
  exits: readonly ExitWithoutTaskId[],
): ReadonlyMap<bigint, number | null> {
  const timelines = candidates.map(openTimeline);
  const attributed = new Map<bigint, number | null>();
  for (const exit of [...exits].sort(byPlace)) {
    const open = timelines.filter((timeline) => timeline.isOpenAt(exit.atMs));
    const [only] = open;
    const fits = open.length === 1 && only !== undefined;
    if (fits) only.close(exit);
    attributed.set(exit.position, fits ? only.taskRow : null);
  }
  return attributed;
}

/** The runs of one task as they unfold, moment by moment as `foldRuns` has them; may only be asked for in order. */
function openTimeline({ taskRow, base, boundaries, firstSignMs }: AttributionCandidate) {
  const ahead = [...boundaries].sort(byPlace);
  let passed = 0;
  let given: ExitWithoutTaskId[] = [];
  let newest = base;
  let signAhead = firstSignMs;
  const seeSignBefore = (atMs: number) => {
    if (signAhead === null || signAhead >= atMs) return;
    newest ??= openedByActivity(signAhead);
    signAhead = null;
  };
  const goThrough = (atMs: number) => {
    const moment: RunBoundary[] = given.filter((exit) => exit.atMs === atMs);
    given = [];
    for (let next = ahead[passed]; next?.atMs === atMs; next = ahead[passed]) {
      moment.push(next);
      passed += 1;
    }
    seeSignBefore(atMs);
    for (const boundary of orderWithinMoment(moment, isOpen(newest))) newest = withBoundary(newest, boundary);
  };
  const goOnTo = (atMs: number) => {
    for (;;) {
      const nextMs = Math.min(ahead[passed]?.atMs ?? Infinity, given[0]?.atMs ?? Infinity);
      if (nextMs >= atMs) break;
      goThrough(nextMs);
    }
    seeSignBefore(atMs);
  };
  return {
    taskRow,
    isOpenAt(atMs: number): boolean {
      goOnTo(atMs);
      // One exit a moment: what was open before it, or began in it, is closed by the first.
      return given.length === 0 && (isOpen(newest) || beginsAt(atMs));
    },
    close(exit: ExitWithoutTaskId) {
      given.push(exit);
    },
  };

  /** A start of the same second comes before an exit where no run is open: the exit may be its own. */
  function beginsAt(atMs: number): boolean {
    const next = ahead[passed];
    return next?.atMs === atMs && next.kind === 'START';
  }
}

function byPlace(one: RunBoundary, other: RunBoundary): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.kind !== other.kind) return one.kind === 'START' ? -1 : 1;
  if (one.digest !== other.digest) return one.digest < other.digest ? -1 : 1;
  return one.position < other.position ? -1 : 1;
}
