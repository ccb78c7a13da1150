import type { Callback } from '../callbacks/callback.ts';
import type { InterruptionCallback, PushCallback, PushFacts } from '../callbacks/types/push.ts';

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
  readonly endMessage: string | null;
}

/** A callback that names its session. A callback without a sequence or an account is recorded but belongs to no session. */
export type SessionCallback = (PushCallback | InterruptionCallback) & {
  readonly appId: string;
  readonly sequence: string;
};

/** Whether the callback belongs to a session. */
export function isSessionCallback(callback: Callback): callback is SessionCallback {
  return (
    (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') &&
    callback.appId !== null &&
    callback.sequence !== null
  );
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
  const { pushDurationMs, endCode, endMessage } = callback;
  const end = { occurredAtMs, digest, facts, pushDurationMs, endCode, endMessage };
  const isKept = before.end === null || compare(end, before.end, -Infinity) > 0;
  return counted(before, receivedAtMs, { push: before.push, end: isKept ? end : before.end });
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

function newSession({ appId, sequence }: SessionCallback, receivedAtMs: number): StreamSession {
  return {
    appId,
    sequence,
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
