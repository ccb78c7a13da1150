import { matchesFilter, type BodyFilter } from '../callbacks/callback.ts';
import { isCallbackEvent } from '../callbacks/event-naming.ts';
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
  /** Signs the body by the headers of Standard Webhooks, and makes its `t` and `sign` anew; null: it is sent as received. */
  readonly signingKey: string | null;
}

/** Whether a recorded callback is sent to a target: each arrival is, as CSS sent it; callbacks in quarantine are not. */
export function isForwarded(event: RecordedEvent, filter: BodyFilter | null): boolean {
  if (!isCallbackEvent(event)) return false;
  // A damaged one is reported, whatever it says by now.
  return filter === null || event.isDamaged === true || matchesFilter(event.data, filter);
}

/**
 * Why an attempt to forward a callback failed. HTTP_…: the status of the answer. TIMEOUT: no answer in time.
 * CONNECTION: the connection was refused, or broke before the answer. NAME: the host name could not be resolved.
 * ADDRESS_REFUSED: FORWARD_ALLOW does not allow the target's address. REFUSED: the answer has a success status but says
 * that the message was not accepted. DAMAGED: the event is not what was recorded, so it is not sent.
 */
export const forwardFaults = [
  'HTTP_3XX',
  'HTTP_4XX',
  'HTTP_5XX',
  'TIMEOUT',
  'CONNECTION',
  'NAME',
  'TLS',
  'ADDRESS_REFUSED',
  'REFUSED',
  'DAMAGED',
] as const;
export type ForwardFault = (typeof forwardFaults)[number];

/** Counts of failed attempts before the first. */
export function noFailures(): Record<ForwardFault, number> {
  return Object.fromEntries(forwardFaults.map((fault) => [fault, 0])) as Record<ForwardFault, number>;
}

/** FAILING: the last attempts failed, and the target gets one attempt at a time until it answers. */
export type ForwardState = 'RUNNING' | 'FAILING' | 'PAUSED';

/** A callback that a target has not accepted so far, or that was set aside. */
export interface FailedForward {
  readonly position: bigint;
  readonly attempts: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly fault: ForwardFault;
}

/** A target without its URL and headers, which may contain secrets. Counts begin when this process starts. */
export interface ForwardTargetStatus {
  readonly name: string;
  readonly state: ForwardState;
  /** Whether this node forwards to the target. If not, the other fields are what the forwarding node last saved. */
  readonly isActiveHere: boolean;
  /** Every event up to here was delivered, did not match the filter, or was set aside. */
  readonly position: bigint;
  /** Events of the log that are not done yet: an upper bound if the target has a filter. */
  readonly lagEvents: number;
  /** Milliseconds since the oldest of these events was recorded; 0 if there are none. */
  readonly lagMs: number;
  readonly attempts: number;
  readonly delivered: number;
  readonly failures: Readonly<Record<ForwardFault, number>>;
  /** Null if no attempt has failed since the process started. */
  readonly lastFailure: { readonly fault: ForwardFault; readonly atMs: number } | null;
  /** Callbacks that wait for another attempt, the oldest first, at most `failedListedMax`. */
  readonly retrying: readonly FailedForward[];
  /** All callbacks set aside since the target was set up, including those no longer listed. */
  readonly setAsideTotal: number;
}

/** Callbacks listed at most: enough to see what they have in common. */
export const failedListedMax = 100;

/** What an operator decides about a target. */
export type OperatorChange =
  /** No further attempts until it is resumed; attempts under way complete. */
  | { readonly what: 'pause' }
  | { readonly what: 'resume' }
  /** Each callback that failed and waits for another attempt is set aside. */
  | { readonly what: 'skip' }
  /** Everything after a position is sent, or from the first event recorded at or after a time. */
  | { readonly what: 'replay'; readonly from: { readonly after: bigint } | { readonly recordedAtMs: number } };

/** Forwarding, as operators see and change it. */
export interface ForwardingControl {
  /** In the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** The newest first, at most `failedListedMax`. */
  setAside(name: string): readonly FailedForward[];
  /**
   * The change is durable once this resolves, and survives restarts. False: there is no such target. `begin` is waited for before anything is changed.
   * @throws LedgerError - STORE_UNAVAILABLE: it could not be saved, or this node has no whole copy of the log to replay; and as `begin`
   */
  change(name: string, change: OperatorChange, begin: () => Promise<void>): Promise<boolean>;
}

/** For a node without targets. */
export const noForwarding: ForwardingControl = {
  targets: () => Promise.resolve([]),
  setAside: () => [],
  change: () => Promise.resolve(false),
};
