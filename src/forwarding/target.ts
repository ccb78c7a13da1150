import { isCallbackEvent, matchesFilter, type BodyFilter } from '../callbacks/body-filter.ts';
import type { RecordedEvent } from '../log/event-store.ts';

/** Where events of the log are sent, and how fast. */
export interface DeliveryTarget {
  /** Used in logs, metrics and GraphQL; the target's position in the log is kept under this name. */
  readonly name: string;
  /** Requests at once; never two of one stream if it is in order. */
  readonly concurrency: number;
  /** Requests in a second, at most; null: as many as the target answers. */
  readonly perSecond: number | null;
  /** Milliseconds after its first failure at which an event is set aside. */
  readonly giveUpAfterMs: number;
  /** Whether an event waits for those before it in its stream. */
  readonly isOrdered: boolean;
}

/** Where callbacks are forwarded. URL, headers and key may be secrets: none is ever logged or shown. */
export interface ForwardTarget extends DeliveryTarget {
  readonly url: string;
  /** Null: every recorded callback. */
  readonly filter: BodyFilter | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key to make `t` and `sign` anew with; null: they are sent as received. */
  readonly signingKey: string | null;
}

/** The defaults of a target. A day, because its operator may be asleep when the target stops. */
export const defaultsOfTarget = {
  concurrency: 16,
  perSecond: null,
  giveUpAfterMs: 24 * 3_600_000,
  isOrdered: true,
} as const;

/** Whether a recorded callback is sent to a target: each arrival is, as CSS sent it; callbacks in quarantine are not. */
export function isForwarded(event: RecordedEvent, filter: BodyFilter | null): boolean {
  if (!isCallbackEvent(event)) return false;
  // A damaged one is reported, whatever it says by now.
  return filter === null || event.isDamaged === true || matchesFilter(event.data, filter);
}
