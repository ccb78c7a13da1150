import type { Clock } from '../kernel/clock.ts';

/** Milliseconds that the clock must have run without a jump before ages are told by it: NTP sets one within minutes of a boot. */
export const clockSteadyForMs = 30 * 60_000;

/** Milliseconds by which the clock may part from the steady one between two looks: far more than NTP slews, far less than a day. */
export const clockPartsMsMax = 60_000;

export interface ClockToWatch {
  readonly clock: Clock;
  /** One that nobody sets. */
  readonly elapsedMs: Clock;
}

/**
 * Returns how to read the clock: null where it was set, or the machine slept, within the last half an hour, or it is watched
 * for less. What jumped may jump back. It is known from look to look: what was undone between two of them is not.
 */
export function detectClockJumps({ clock, elapsedMs }: ClockToWatch): () => number | null {
  let steadySinceMs = elapsedMs();
  let aheadMs = clock() - steadySinceMs;
  return () => {
    const elapsed = elapsedMs();
    const nowMs = clock();
    if (Math.abs(nowMs - elapsed - aheadMs) > clockPartsMsMax) steadySinceMs = elapsed;
    aheadMs = nowMs - elapsed;
    return elapsed - steadySinceMs >= clockSteadyForMs ? nowMs : null;
  };
}
