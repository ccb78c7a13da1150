import type { Callback } from './callback.ts';

/** Milliseconds within which a relay callback without a time of its own is read as a redelivery of an equal one. */
export const relayRedeliveryWindowMs = 60_000;

/** The same for a file event at most; a file that is shorter may be played again after its duration. */
export const fileRedeliveryWindowMsMax = 15 * 60_000;

/**
 * A looping file begins again after its duration, give or take: durations are rounded to seconds, and callbacks take a
 * while. A tenth of the duration and at least these milliseconds are left, else each play would be read as a redelivery of
 * the one before.
 */
const loopJitterMsMin = 1_000;

/**
 * How close an arrival must be to another one of equal identity to be its redelivery, in milliseconds; null: however far.
 * Only relay callbacks without a time repeat legitimately (loops, restarts). Every other body is unlike any other.
 */
export function redeliveryWindowMs(callback: Callback): number | null {
  if (callback.kind !== 'RELAY' || callback.occurredAtMs !== null) return null;
  const { event } = callback;
  if (event.type !== 'FILE_START' && event.type !== 'FILE_FINISH') return relayRedeliveryWindowMs;
  const { durationSeconds } = event.file;
  // 0 is how CSS writes "unknown".
  if (durationSeconds === null || durationSeconds === 0) return relayRedeliveryWindowMs;
  const durationMs = durationSeconds * 1000;
  return Math.min(durationMs - Math.max(durationMs / 10, loopJitterMsMin), fileRedeliveryWindowMsMax);
}
