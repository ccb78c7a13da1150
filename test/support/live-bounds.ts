import { liveBounds, type LiveBounds } from '../../src/http/subscriptions/live-bounds.ts';

/** The bounds of subscriptions with some changed, and with times checked every few milliseconds. */
export function liveBoundsWith(others: Partial<LiveBounds>): LiveBounds {
  return { ...liveBounds, checkEveryMs: 5, closeWaitMsMax: 200, ...others };
}
