import { interpret } from '../callbacks/callback.ts';
import { pushedStreamName } from '../callbacks/event-naming.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import type { FailedForward, ForwardFault } from './forwarding-control.ts';
import type { RecordedEvent } from '../log/event-store.ts';

/** One callback on its way to one target. Its body stays in the log until it is sent. */
export interface Delivery extends Pick<RecordedEvent, 'position' | 'recordedAtMs'> {
  /** Deliveries with the same name are made in order, one after the other. */
  readonly streamName: string;
  /** Attempts that have failed; null if none has. */
  failed: Failed | null;
  /** It is not tried again before then, by the steady clock. */
  dueAtMs: number;
}

/** The attempts of a delivery so far. */
export interface Failed {
  readonly attempts: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly fault: ForwardFault;
}

/** A delivery of an event that has not been tried. */
export function newDelivery(event: RecordedEvent): Delivery {
  const { position, recordedAtMs } = event;
  return { position, streamName: orderedWithin(event), recordedAtMs, failed: null, dueAtMs: 0 };
}

/** A recording or screenshot waits for callbacks about its own stream, not for everything that its account has in the log's stream. */
function orderedWithin({ streamName, type, data }: RecordedEvent): string {
  const body = type === 'CssOther' ? parseJsonObject(data) : null;
  const callback = body?.ok === true ? interpret(body.object) : null;
  return (callback?.kind === 'OTHER' ? pushedStreamName(callback) : null) ?? streamName;
}

/** The delivery after one more failed attempt. */
export function afterFailure(failed: Failed | null, fault: ForwardFault, atMs: number): Failed {
  return { attempts: (failed?.attempts ?? 0) + 1, firstAtMs: failed?.firstAtMs ?? atMs, lastAtMs: atMs, fault };
}

/** What operators see of a callback that a target did not take, and what is saved of it. */
export function toFailedForward(position: bigint, { attempts, firstAtMs, lastAtMs, fault }: Failed): FailedForward {
  return { position, attempts, firstFailedAtMs: firstAtMs, lastFailedAtMs: lastAtMs, fault };
}
