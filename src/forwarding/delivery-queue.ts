import { interpret } from '../callbacks/callback.ts';
import { pushedStreamName } from '../callbacks/event-naming.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { FailedForward, ForwardFault } from './target.ts';

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

/**
 * The deliveries of one target that are not done. Only the oldest of each stream may be sent, so that streams keep
 * their order and none waits for another, unless the target wants no order. Has no clock and no timers: the caller
 * passes the time.
 */
export interface DeliveryQueue {
  readonly size: number;
  /** In the order of the log. */
  all(): Iterable<Delivery>;
  /** Its position must be greater than that of any before. */
  add(delivery: Delivery): void;
  /** A delivery that may be sent now: from then on it is under way, and no other of its stream is. Null if there is none. */
  take(nowMs: number): Delivery | null;
  /** The delivery has failed: its stream waits until `dueAtMs`. */
  retry(delivery: Delivery): void;
  /** The delivery is done or was given up: the next of its stream may be sent. */
  remove(delivery: Delivery): void;
  /** False once it was removed, even if it is under way. */
  has(delivery: Delivery): boolean;
  /** Whether it was taken, and neither put back nor removed. */
  isUnderWay(delivery: Delivery): boolean;
  /** Removes and returns all deliveries after this position. One under way still blocks its stream until `retry` or `remove`. */
  removeAfter(position: bigint): readonly Delivery[];
  /** When the first failed delivery may be tried again; null if none waits for that. */
  nextDueAtMs(): number | null;
}

/** An empty queue. Without order, each delivery counts as a separate stream. */
export function createDeliveryQueue(isOrdered = true): DeliveryQueue {
  const pending = new Map<bigint, Delivery>();
  const streams = new Map<string, Delivery[]>();
  const ready = new Set<Delivery>();
  const retrying = new Set<Delivery>();

  const streamOf = ({ position, streamName }: Delivery) => (isOrdered ? streamName : String(position));
  const offer = (delivery: Delivery | undefined) => {
    if (delivery !== undefined) (delivery.failed === null ? ready : retrying).add(delivery);
  };
  const leave = (delivery: Delivery) => {
    if (pending.get(delivery.position) === delivery) pending.delete(delivery.position);
    const stream = streams.get(streamOf(delivery)) ?? [];
    const [wasFirst] = stream;
    const at = stream.indexOf(delivery);
    if (at >= 0) stream.splice(at, 1);
    ready.delete(delivery);
    retrying.delete(delivery);
    if (stream.length === 0) streams.delete(streamOf(delivery));
    else if (wasFirst === delivery) offer(stream[0]);
  };
  const isUnderWay = (delivery: Delivery) =>
    streams.get(streamOf(delivery))?.[0] === delivery && !ready.has(delivery) && !retrying.has(delivery);

  return {
    get size() {
      return pending.size;
    },
    all: () => pending.values(),
    has: (delivery) => pending.get(delivery.position) === delivery,
    add(delivery) {
      pending.set(delivery.position, delivery);
      const stream = streams.get(streamOf(delivery));
      if (stream !== undefined) {
        stream.push(delivery);
        return;
      }
      streams.set(streamOf(delivery), [delivery]);
      offer(delivery);
    },
    take(nowMs) {
      for (const delivery of retrying) {
        if (delivery.dueAtMs > nowMs) continue;
        retrying.delete(delivery);
        return delivery;
      }
      const [next] = ready;
      if (next === undefined) return null;
      ready.delete(next);
      return next;
    },
    retry(delivery) {
      if (pending.get(delivery.position) === delivery) retrying.add(delivery);
      else leave(delivery);
    },
    remove: leave,
    isUnderWay,
    removeAfter(position) {
      const removed = [...pending.values()].filter((delivery) => delivery.position > position);
      for (const delivery of removed) {
        if (isUnderWay(delivery)) pending.delete(delivery.position);
        else leave(delivery);
      }
      return removed;
    },
    nextDueAtMs: () => (retrying.size === 0 ? null : Math.min(...[...retrying].map(({ dueAtMs }) => dueAtMs))),
  };
}
