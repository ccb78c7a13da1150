/**
 * Why an attempt to forward a callback failed. HTTP_…: the status of the answer. TIMEOUT: no answer in time. CONNECTION: refused,
 * or broken before the answer. NAME: the host name could not be resolved. ADDRESS_REFUSED: the target's address is not one that
 * FORWARD_ALLOW allows. REFUSED: the answer has a
 * status of success, and says that the message was not taken. DAMAGED: the event is not what was recorded, and is not sent.
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

/** What a target does. FAILING: its last attempts have failed, and one at a time is made until it answers. */
export type ForwardState = 'RUNNING' | 'FAILING' | 'PAUSED';

/** A callback that a target has refused so far, or that was given up. */
export interface FailedForward {
  readonly position: bigint;
  readonly attempts: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly fault: ForwardFault;
}

/** A target, without its URL and headers, which may contain secrets. Counts are of this process, since it was started. */
export interface ForwardTargetStatus {
  readonly name: string;
  readonly state: ForwardState;
  /** Whether this node forwards to it. If not, the rest is what the node that does has saved last. */
  readonly isActiveHere: boolean;
  /** Everything up to here was delivered, did not match the filter, or was set aside. */
  readonly position: bigint;
  /** Events of the log that are not done yet: an upper bound where the target has a filter. */
  readonly lagEvents: number;
  /** Since the oldest of them was recorded; 0 if there is none. */
  readonly lagMs: number;
  readonly attempts: number;
  readonly delivered: number;
  readonly failures: Readonly<Record<ForwardFault, number>>;
  /** Null if no attempt has failed since the process was started. */
  readonly lastFailure: { readonly fault: ForwardFault; readonly atMs: number } | null;
  /** Those that wait to be tried again, the oldest first, at most `failedListedMax`. */
  readonly retrying: readonly FailedForward[];
  /** Since the target was set up: all of them, also those that are listed no more. */
  readonly setAsideTotal: number;
}

/** Callbacks of a list that are shown: enough to see what they have in common. */
export const failedListedMax = 100;

/** Where a replay begins: after a position, or at the first event recorded at a time or later. */
export type ReplayStart = { readonly after: bigint } | { readonly recordedAtMs: number };

/** Forwarding, as operators see and change it. Changes are durable when they resolve, and survive restarts. */
export interface ForwardingControl {
  /** In the order of the settings. */
  targets(): Promise<readonly ForwardTargetStatus[]>;
  /** The newest first, at most `failedListedMax`. */
  setAside(name: string): readonly FailedForward[];
  /** No further attempts until `resume`. Those under way are completed. False: there is no such target. */
  pause(name: string): Promise<boolean>;
  /** False: there is no such target. */
  resume(name: string): Promise<boolean>;
  /** Sends everything again from there on, or, forwards, leaves out what is before. False: there is no such target. */
  replay(name: string, start: ReplayStart): Promise<boolean>;
  /** Sets aside, at once, each callback that has failed and waits to be tried again. False: there is no such target. */
  skip(name: string): Promise<boolean>;
}

/** Of a node without targets. */
export const noForwarding: ForwardingControl = {
  targets: () => Promise.resolve([]),
  setAside: () => [],
  pause: () => Promise.resolve(false),
  resume: () => Promise.resolve(false),
  replay: () => Promise.resolve(false),
  skip: () => Promise.resolve(false),
};
