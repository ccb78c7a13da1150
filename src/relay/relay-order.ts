/** When a relay callback happened and when it arrived: milliseconds since 1970, by CSS's clock and by ours. */
export interface RelayTimes {
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
}

/** Milliseconds, more than any time since 1970. It puts order times that come from our clock alone below 0. */
const ourTimesOffsetMs = 300_000_000_000_000;

/**
 * A callback's time in the order of its task, without comparing CSS's clock with ours. A callback that carries a time
 * is ordered by it. One without a time comes after everything of its task that had arrived by then: it gets the
 * greatest order time of that (`arrivedBeforeMs`; null: nothing had arrived), or one millisecond more if it begins or
 * ends a run. If none of that carries a time either, our clock decides, and all of it sorts before CSS's times.
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

/** What orders an exit that does not name its task. */
export interface OrderOfTask {
  /** Whether any callback that names the task carries a time. */
  hasTimes(): boolean;
  /** The greatest order time among callbacks of the task that had arrived by `receivedAtMs`; null: none had. */
  arrivedBefore(receivedAtMs: number): number | null;
}

/** An exit's order time in a task that it does not name. */
export function orderTimeOfExit(exit: RelayTimes, task: OrderOfTask): number {
  if (exit.occurredAtMs === null) return orderTimeOf(exit, task.arrivedBefore(exit.receivedAtMs), false);
  // A task that never gave a time is ordered by arrival alone.
  return task.hasTimes() ? exit.occurredAtMs : orderTimeOf({ ...exit, occurredAtMs: null }, null, false);
}

/** The time to show: CSS's clock if it is known, otherwise ours. */
export function shownTimeOf({ occurredAtMs, receivedAtMs }: RelayTimes): number {
  return occurredAtMs ?? receivedAtMs;
}

/** Milliseconds between two callbacks: by CSS's clock if both carry a time, otherwise by arrival. */
export function elapsedMs(from: RelayTimes, to: RelayTimes): number {
  if (from.occurredAtMs !== null && to.occurredAtMs !== null) return to.occurredAtMs - from.occurredAtMs;
  return to.receivedAtMs - from.receivedAtMs;
}
