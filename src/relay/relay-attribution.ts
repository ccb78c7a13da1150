import { elapsedMs, type RelayTimes } from './relay-order.ts';
import type { RunBoundary } from './relay-runs.ts';

/** A TaskExit that names no task, as in the vendor's own sample (seed 003). */
export type ExitWithoutTaskId = Extract<RunBoundary, { kind: 'EXIT' }>;

/**
 * Milliseconds without any callback after which a task counts as silent. Otherwise a task whose exit was lost would
 * keep exits from other tasks for ever. Longer than nearly every file, because a task sends nothing between a file's
 * start and its finish.
 */
export const silentAfterMs = 24 * 3_600_000;

/** A task that had these source URLs and an open run at the exit's point in the order. */
export interface AttributionCandidate {
  readonly taskRow: number;
  /** Whether the task was started again after that point, which means that the run's own exit was lost. */
  readonly hasLaterStart: boolean;
  /** The last callback before that point that names the task; null if there is none. */
  readonly lastBefore: RelayTimes | null;
}

/**
 * The row of the task that an exit belongs to: the only candidate, or the only one left after the weaker ones are ruled
 * out. Null if none or several are left. A candidate is ruled out if it was started again later, or if it is silent and
 * another one is not.
 */
export function chooseCandidate(candidates: readonly AttributionCandidate[], exit: RelayTimes): number | null {
  const only = (remaining: readonly AttributionCandidate[]) =>
    remaining.length === 1 ? (remaining[0]?.taskRow ?? null) : null;
  if (candidates.length < 2) return only(candidates);
  const isSilent = ({ lastBefore }: AttributionCandidate) =>
    lastBefore === null || elapsedMs(lastBefore, exit) > silentAfterMs;
  const areAllSilent = candidates.every(isSilent);
  return only(candidates.filter((one) => !one.hasLaterStart && (areAllSilent || !isSilent(one))));
}
