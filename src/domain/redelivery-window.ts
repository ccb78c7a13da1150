import { eventTypes, type Callback } from './callback.ts';

/** Milliseconds within which a relay callback without a time of its own is read as a redelivery of an equal one. */
export const relayRedeliveryWindowMs = 60_000;

/**
 * How close an arrival must be to another one of equal identity to be its redelivery, in milliseconds; null: however far.
 * Only relay callbacks without a time repeat legitimately (loops, restarts). Every other body is unlike any other.
 */
export function redeliveryWindowMs(callback: Callback): number | null {
  if (callback.eventType !== eventTypes.relay || callback.occurredAtMs !== null) return null;
  return relayRedeliveryWindowMs;
}
