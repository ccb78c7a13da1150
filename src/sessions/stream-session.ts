import type { Callback } from '../callbacks/callback.ts';
import type { InterruptionCallback, PushCallback, PushFacts } from '../callbacks/types/push.ts';
import { refusingCodes } from './interruption-codes.ts';

/**
 * One push activity, keyed by account and sequence, as a fold over its callbacks. Each step takes a minimum or a maximum or adds one, so
 * callbacks in any order give the same session: even a late interruption ends it.
 */
export interface StreamSession {
  readonly appId: string;
  readonly sequence: string;
  /** If several push callbacks contradict each other, the one with the least (event_time, digest). */
  readonly push: StreamSessionPush | null;
  /** If there are several interruptions, the one with the greatest (event_time, digest). All of them remain callbacks. */
  readonly end: StreamSessionEnd | null;
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  /** Arrivals of all its callbacks, including redeliveries. */
  readonly deliveries: number;
  /** When an operator says that it ended; null if none does. The session's own interruption takes precedence. */
  readonly closedAtMs: number | null;
}

/** The part of its first push callback that a session keeps. */
export interface StreamSessionPush {
  readonly occurredAtMs: number | null;
  /** Digest of the callback's identity, in hex: breaks ties the same way on every node. */
  readonly digest: string;
  readonly facts: PushFacts;
}

/** The part of its interruption that a session keeps; `facts` may be those of the push, by reference. */
export interface StreamSessionEnd extends StreamSessionPush {
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  /** The code as sent, if it is not a 32-bit number. */
  readonly endCodeText: string | null;
  readonly endMessage: string | null;
}

/** A callback that names its push. A callback without a sequence is recorded but belongs to no session. */
export type SessionCallback = (PushCallback | InterruptionCallback) & { readonly sequence: string };

/** Whether the callback names its push. */
export function isSessionCallback(callback: Callback): callback is SessionCallback {
  return (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') && callback.sequence !== null;
}

/** The account of sessions whose callbacks name none: bodies of the vendor's older documents have no `appid`. */
export const unknownAccount = 'unknown';

/** The account that a callback names. */
export function accountOf({ appId }: SessionCallback): string {
  return appId ?? unknownAccount;
}

/** Folds a callback's first arrival into its session (`null` if the callback is the session's first). */
export function withCallback(
  session: StreamSession | null,
  callback: SessionCallback,
  digest: string,
  receivedAtMs: number,
): StreamSession {
  const before = session ?? newSession(callback, receivedAtMs);
  const { occurredAtMs, facts } = callback;
  if (callback.kind === 'PUSH') {
    const push = { occurredAtMs, digest, facts };
    const isKept = before.push === null || compare(push, before.push, Infinity) < 0;
    return counted(before, receivedAtMs, { push: isKept ? push : before.push, end: before.end });
  }
  const { pushDurationMs, endCode, endCodeText, endMessage } = callback;
  const end = { occurredAtMs, digest, facts, pushDurationMs, endCode, endCodeText, endMessage };
  const isKept = before.end === null || compare(end, before.end, -Infinity) > 0;
  return counted(before, receivedAtMs, { push: before.push, end: isKept ? end : before.end });
}

/** One session of the callbacks of both, which have no callback in common. It is the same push of the first one's account. */
function merged(one: StreamSession, other: StreamSession): StreamSession {
  return {
    ...one,
    push: kept(one.push, other.push, (push) => compare(push, one.push ?? push, Infinity) < 0),
    end: kept(one.end, other.end, (end) => compare(end, one.end ?? end, -Infinity) > 0),
    firstReceivedAtMs: Math.min(one.firstReceivedAtMs, other.firstReceivedAtMs),
    lastReceivedAtMs: Math.max(one.lastReceivedAtMs, other.lastReceivedAtMs),
    deliveries: one.deliveries + other.deliveries,
  };
}

function kept<Part>(one: Part | null, other: Part | null, isOtherKept: (other: Part) => boolean): Part | null {
  if (one === null || other === null) return one ?? other;
  return isOtherKept(other) ? other : one;
}

/** False only if the session has no callbacks but its push and its end, and neither has this digest: no search is needed. */
export function mayInclude({ push, end, deliveries }: StreamSession, digest: string): boolean {
  const callbacks = Number(push !== null) + Number(end !== null);
  return deliveries > callbacks || push?.digest === digest || end?.digest === digest;
}

/** Counts one more arrival of a callback that the session already includes. */
export function withDelivery(session: StreamSession, receivedAtMs: number): StreamSession {
  return counted(session, receivedAtMs, session);
}

function counted(
  { appId, sequence, firstReceivedAtMs, lastReceivedAtMs, deliveries, closedAtMs }: StreamSession,
  receivedAtMs: number,
  { push, end }: Pick<StreamSession, 'push' | 'end'>,
): StreamSession {
  return {
    appId,
    sequence,
    push,
    end,
    firstReceivedAtMs: Math.min(firstReceivedAtMs, receivedAtMs),
    lastReceivedAtMs: Math.max(lastReceivedAtMs, receivedAtMs),
    deliveries: deliveries + 1,
    closedAtMs,
  };
}

function newSession(callback: SessionCallback, receivedAtMs: number): StreamSession {
  return {
    appId: accountOf(callback),
    sequence: callback.sequence,
    push: null,
    end: null,
    firstReceivedAtMs: receivedAtMs,
    lastReceivedAtMs: receivedAtMs,
    deliveries: 0,
    closedAtMs: null,
  };
}

function compare(one: StreamSessionPush, other: StreamSessionPush, unknownTime: number): number {
  const byTime = (one.occurredAtMs ?? unknownTime) - (other.occurredAtMs ?? unknownTime);
  // Infinity - Infinity is NaN: both times are unknown.
  if (byTime !== 0 && !Number.isNaN(byTime)) return byTime;
  return one.digest < other.digest ? -1 : Number(one.digest > other.digest);
}

// Which session a callback belongs to, or whether it belongs to one, may depend on callbacks that have not arrived: a refused push is none
// until its push callback arrives, and a callback without an account belongs to the one account that has its sequence.

/** The fold of the callbacks of one sequence that name the same account, or that name none. */
export interface PushPart {
  readonly session: StreamSession;
  /** Whether all of them are interruptions that say that the push was refused. */
  readonly isRefused: boolean;
}

/** Whether the callback, alone, says that a push was refused. CSS sends no push callback for such a push (inferred). */
export function isRefusal(callback: SessionCallback): boolean {
  return callback.kind === 'INTERRUPTION' && refusingCodes.includes(callback.endCode);
}

/** Folds a callback's first arrival into its part (`null` if it is the first). */
export function partWith(
  part: PushPart | null,
  callback: SessionCallback,
  digest: string,
  receivedAtMs: number,
): PushPart {
  return {
    session: withCallback(part?.session ?? null, callback, digest, receivedAtMs),
    isRefused: (part?.isRefused ?? true) && isRefusal(callback),
  };
}

/** The part of callbacks that name no account. */
export function partWithoutAccount(parts: readonly PushPart[]): PushPart | null {
  return partOf(parts, unknownAccount);
}

/** What is known of the sequence from the callbacks that name this account; null: none does. */
export function partOf(parts: readonly PushPart[], appId: string): PushPart | null {
  return parts.find(({ session }) => session.appId === appId) ?? null;
}

/**
 * The pushes that the parts of one sequence are of. Callbacks that name no account are of the one account that others name; if others name
 * several or none, they are a push of their own.
 */
export function pushesOf(parts: readonly PushPart[]): readonly PushPart[] {
  const without = partWithoutAccount(parts);
  const [own, ...more] = parts.filter((part) => part !== without);
  if (without === null || own === undefined || more.length > 0) return parts;
  return [{ session: merged(own.session, without.session), isRefused: own.isRefused && without.isRefused }];
}

/** The account of the push that the part of an account belongs to. */
export function accountOfPart(pushes: readonly PushPart[], appId: string): string | null {
  return (partOf(pushes, appId) ?? pushes[0])?.session.appId ?? null;
}
