import { patientMs } from './patience.ts';
import { liveBounds, type LiveBounds } from '../../src/api/subscriptions/live-connections.ts';

/** Subscription bounds that allow for a client as slow as its machine. */
export const patientLiveBounds: LiveBounds = { ...liveBounds, initWaitMsMax: patientMs };

/** The same bounds with some changed, and with times checked every few milliseconds. */
export function liveBoundsWith(others: Partial<LiveBounds>): LiveBounds {
  return { ...patientLiveBounds, checkEveryMs: 5, closeWaitMsMax: 200, ...others };
}
