import type { FailedForward, ForwardFault } from '../domain/forwarding/forwarding-control.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';

/** One callback on its way to one target. Its body stays in the log until it is sent. */
export interface Delivery extends Pick<RecordedEvent, 'position' | 'streamName' | 'recordedAtMs'> {
  /** Attempts that have failed; null if none has. */
  failed: Failed | null;
  /** Not before then is it tried again, by the steady clock. */
  dueAtMs: number;
}

/** Its attempts so far. */
export interface Failed {
  readonly attempts: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly fault: ForwardFault;
}

/** A delivery of an event that has not been tried. */
export function newDelivery({ position, streamName, recordedAtMs }: RecordedEvent): Delivery {
  return { position, streamName, recordedAtMs, failed: null, dueAtMs: 0 };
}

/** The delivery after one more failed attempt. */
export function afterFailure(failed: Failed | null, fault: ForwardFault, atMs: number): Failed {
  return { attempts: (failed?.attempts ?? 0) + 1, firstAtMs: failed?.firstAtMs ?? atMs, lastAtMs: atMs, fault };
}

/** What operators see of a callback that a target did not take, and what is saved of it. */
export function toFailedForward(position: bigint, { attempts, firstAtMs, lastAtMs, fault }: Failed): FailedForward {
  return { position, attempts, firstFailedAtMs: firstAtMs, lastFailedAtMs: lastAtMs, fault };
}
