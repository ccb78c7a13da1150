import { liveBounds, type LiveBounds } from '../../src/http/subscriptions/live-bounds.ts';

/** The bounds of subscriptions, some of them otherwise; the server looks at its times all the while. */
export function liveBoundsWith(others: Partial<LiveBounds>): LiveBounds {
  return { ...liveBounds, checkEveryMs: 5, closeWaitMsMax: 200, ...others };
}
