import { elapsedMs, type RelayTimes } from './relay-order.ts';
import type { RunBoundary } from './relay-runs.ts';

/** A TaskExit that names no task, as in the vendor's own sample (seed 003). */
export type ExitWithoutTaskId = Extract<RunBoundary, { kind: 'EXIT' }>;

/**
 * Milliseconds without any callback after which a task counts as silent, so that a task whose exit was lost does not keep
 * exits from others for ever. Longer than nearly every file: between its start and its finish, a task says nothing.
 */
export const silentAfterMs = 24 * 3_600_000;

/** A task that had these source URLs, and a run open, at the point of the order where an exit is that names no task. */
export interface AttributionCandidate {
  readonly taskRow: number;
  /** Whether the task was started again after that point: then the exit of the run was lost. */
  readonly hasLaterStart: boolean;
  /** The last callback before that point that names the task; null if there is none. */
  readonly lastBefore: RelayTimes | null;
}

/**
 * The task that an exit belongs to: the only candidate, or the only one that does not step back; null if there is none, or
 * more than one. A candidate steps back if it was started again later, or is silent while another one is not.
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
