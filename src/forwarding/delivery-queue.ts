import { interpret } from '../callbacks/callback.ts';
import { pushedStreamName } from '../callbacks/event-naming.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import type { RecordedEvent } from '../log/event-store.ts';
import type { FailedForward, ForwardFault } from './target.ts';

/** One callback on its way to one target. Its body stays in the log until it is sent. */
export interface Delivery extends Pick<RecordedEvent, 'position' | 'recordedAtMs'> {
  /** Deliveries with the same name are made in order, one after the other. */
  readonly streamName: string;
  /** Null if no attempt has failed. */
  failed: FailedForward | null;
  /** It is not tried again before then, by the steady clock. */
  dueAtMs: number;
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

/** The attempts of a delivery after one more failed. */
export function afterFailure({ position, failed }: Delivery, fault: ForwardFault, atMs: number): FailedForward {
  const { attempts = 0, firstFailedAtMs = atMs } = failed ?? {};
  return { position, attempts: attempts + 1, firstFailedAtMs, lastFailedAtMs: atMs, fault };
}

/**
 * The deliveries of one target that are not done. Only the oldest of each stream may be sent, so that streams keep
 * their order and none waits for another, unless the target wants no order: then each delivery counts as a separate
 * stream. Has no clock and no timers: the caller passes the time.
 */
export class DeliveryQueue {
  private readonly pending = new Map<bigint, Delivery>();
  private readonly streams = new Map<string, Delivery[]>();
  private readonly ready = new Set<Delivery>();
  private readonly retrying = new Set<Delivery>();

  constructor(private readonly isOrdered = true) {}

  get size(): number {
    return this.pending.size;
  }

  /** In the order of the log. */
  all(): Iterable<Delivery> {
    return this.pending.values();
  }

  /** Its position must be greater than that of any before. */
  add(delivery: Delivery): void {
    this.pending.set(delivery.position, delivery);
    const stream = this.streams.get(this.streamOf(delivery));
    if (stream !== undefined) {
      stream.push(delivery);
      return;
    }
    this.streams.set(this.streamOf(delivery), [delivery]);
    this.offer(delivery);
  }

  /** A delivery that may be sent now: from then on it is under way, and no other of its stream is. Null if there is none. */
  take(nowMs: number): Delivery | null {
    for (const delivery of this.retrying) {
      if (delivery.dueAtMs > nowMs) continue;
      this.retrying.delete(delivery);
      return delivery;
    }
    const [next] = this.ready;
    if (next === undefined) return null;
    this.ready.delete(next);
    return next;
  }

  /** The delivery has failed: its stream waits until `dueAtMs`. */
  retry(delivery: Delivery): void {
    if (this.has(delivery)) this.retrying.add(delivery);
    else this.remove(delivery);
  }

  /** The delivery is done or was given up: the next of its stream may be sent. */
  remove(delivery: Delivery): void {
    if (this.has(delivery)) this.pending.delete(delivery.position);
    const stream = this.streams.get(this.streamOf(delivery)) ?? [];
    const [wasFirst] = stream;
    const at = stream.indexOf(delivery);
    if (at >= 0) stream.splice(at, 1);
    this.ready.delete(delivery);
    this.retrying.delete(delivery);
    if (stream.length === 0) this.streams.delete(this.streamOf(delivery));
    else if (wasFirst === delivery) this.offer(stream[0]);
  }

  /** False once it was removed, even if it is under way. */
  has(delivery: Delivery): boolean {
    return this.pending.get(delivery.position) === delivery;
  }

  /** Whether it was taken, and neither put back nor removed. */
  isUnderWay(delivery: Delivery): boolean {
    const isFirst = this.streams.get(this.streamOf(delivery))?.[0] === delivery;
    return isFirst && !this.ready.has(delivery) && !this.retrying.has(delivery);
  }

  /** Removes and returns all deliveries after this position. One under way still blocks its stream until `retry` or `remove`. */
  removeAfter(position: bigint): readonly Delivery[] {
    const removed = [...this.pending.values()].filter((delivery) => delivery.position > position);
    for (const delivery of removed) {
      if (this.isUnderWay(delivery)) this.pending.delete(delivery.position);
      else this.remove(delivery);
    }
    return removed;
  }

  /** When the first failed delivery may be tried again; null if none waits for that. */
  nextDueAtMs(): number | null {
    return this.retrying.size === 0 ? null : Math.min(...[...this.retrying].map(({ dueAtMs }) => dueAtMs));
  }

  private streamOf({ position, streamName }: Delivery): string {
    return this.isOrdered ? streamName : String(position);
  }

  private offer(delivery: Delivery | undefined): void {
    if (delivery !== undefined) (delivery.failed === null ? this.ready : this.retrying).add(delivery);
  }
}
