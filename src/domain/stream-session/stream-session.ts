import type { Callback, InterruptionCallback, PushCallback, PushFacts } from '../callback/callback.ts';

/**
 * One push activity, keyed by account and sequence, as a fold over its callbacks. Each step takes a minimum or a maximum or
 * adds one, so any order of the callbacks gives the same session: a late interruption ends it, whatever was folded before.
 */
export interface StreamSession {
  readonly appId: string;
  readonly sequence: string;
  /** Of several push callbacks that contradict each other: the one with the least (event_time, digest). */
  readonly push: StreamSessionPush | null;
  /** Of several interruptions: the one with the greatest (event_time, digest). All of them remain callbacks. */
  readonly end: StreamSessionEnd | null;
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  /** Arrivals of all its callbacks, redeliveries included. */
  readonly deliveries: number;
  /** When it ended by what an operator states; null where none says so. Its own end, where there is one, is what counts. */
  readonly closedAtMs: number | null;
}

/** What a session keeps of the callback that began it. */
export interface StreamSessionPush {
  readonly occurredAtMs: number | null;
  /** Digest of the callback's identity, in hex: breaks ties the same way on every node. */
  readonly digest: string;
  readonly facts: PushFacts;
}

/** What a session keeps of its interruption; its `facts` may be those of the push, by reference. */
export interface StreamSessionEnd extends StreamSessionPush {
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endMessage: string | null;
}

/** A callback that names its session. One without a sequence or an account is recorded, but belongs to none. */
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

/** Folds a callback's first arrival into its session (`null`: it is the session's first callback). */
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

/** False only if its push and its end are all its callbacks, and neither has this digest: no need to search for it. */
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
