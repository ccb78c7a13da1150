/** When a relay callback happened and when it arrived: milliseconds since 1970, by CSS's clock and by ours. */
export interface RelayTimes {
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
}

/** Milliseconds, more than any time since 1970 has: what is ordered by our clock alone is below 0. */
const ourTimesOffsetMs = 300_000_000_000_000;

/**
 * Where a callback is in the order of its task, without comparing CSS's clock with ours. One that carries a time is ordered by
 * it. One without is after everything of its task that had arrived when it did: with the greatest order time among that
 * (`arrivedBeforeMs`, null: none), or right after it where it begins or ends a run. Where none of that carries a time either,
 * our clock decides, and all of it comes before CSS's times.
 */
export function orderTimeOf(
  { occurredAtMs, receivedAtMs }: RelayTimes,
  arrivedBeforeMs: number | null,
  isActivity: boolean,
): number {
  if (occurredAtMs !== null) return occurredAtMs;
  if (arrivedBeforeMs === null || arrivedBeforeMs < 0) return receivedAtMs - ourTimesOffsetMs;
  return isActivity ? arrivedBeforeMs : arrivedBeforeMs + 1;
}

/** What the order of a task says of an exit that does not name it. */
export interface OrderOfTask {
  /** Whether any callback that names the task carries a time. */
  hasTimes(): boolean;
  /** The greatest order time of what had arrived of the task at a moment; null: nothing. */
  arrivedBefore(receivedAtMs: number): number | null;
}

/** The order time of an exit in the order of a task that it does not name. */
export function orderTimeOfExit(exit: RelayTimes, task: OrderOfTask): number {
  if (exit.occurredAtMs === null) return orderTimeOf(exit, task.arrivedBefore(exit.receivedAtMs), false);
  // A task that never gave a time is ordered by arrival alone.
  return task.hasTimes() ? exit.occurredAtMs : orderTimeOf({ ...exit, occurredAtMs: null }, null, false);
}

/** When it happened, as it is shown: by CSS's clock where that is known. */
export function shownTimeOf({ occurredAtMs, receivedAtMs }: RelayTimes): number {
  return occurredAtMs ?? receivedAtMs;
}

/** Milliseconds between two callbacks, by CSS's clock where both carry a time, else by when they arrived. */
export function elapsedMs(from: RelayTimes, to: RelayTimes): number {
  if (from.occurredAtMs !== null && to.occurredAtMs !== null) return to.occurredAtMs - from.occurredAtMs;
  return to.receivedAtMs - from.receivedAtMs;
}
