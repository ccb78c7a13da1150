import { backoffMs } from '../kernel/delay.ts';

/** Milliseconds before a callback, or a target that has stopped answering, is tried again: doubled with each failure. */
const pauses = { leastMs: 1_000, mostMs: 60_000 };

/** Milliseconds for which a target may ask not to be called: a longer pause would look like an outage that nobody notices. */
const retryAfterMsMax = 3_600_000;

/** Failures in a row from which a target counts as failing: a third of its answers may fail by chance, but not 20 in a row. */
const failuresInARowMax = 20;

/** Milliseconds until the next attempt, after this many failures. */
export function retryPauseMs(failures: number, random: () => number): number {
  return backoffMs(failures - 1, pauses, random);
}

/** Whether a target has failed so often in a row that only one attempt at a time is made, with growing pauses. */
export function isFailing(failuresInARow: number): boolean {
  return failuresInARow >= failuresInARowMax;
}

/** Milliseconds until a failing target is called again. */
export function targetPauseMs(failuresInARow: number, random: () => number): number {
  return retryPauseMs(failuresInARow - failuresInARowMax + 1, random);
}

/** Reads the header Retry-After: seconds, or a date. Null if it is neither. */
export function readRetryAfterMs(header: string, nowMs: number): number | null {
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(0, Math.min(retryAfterMsMax, ms));
}
