import type { InterruptionCallback, PushActivity, PushCallback } from '../callback/callback.ts';

/**
 * One push activity, keyed by account and sequence, as a fold over its callbacks. Each step picks a minimum or a maximum
 * or adds one, so any order of the callbacks gives the same session: a late interruption ends it, whatever came between.
 */
export interface StreamSession {
  readonly appId: string;
  readonly sequence: string;
  /** The push callback told: of several that contradict each other, the one with the least (event_time, digest). */
  readonly push: StreamSessionPush | null;
  /** The interruption told: of several, the one with the greatest (event_time, digest). All of them stay callbacks. */
  readonly end: StreamSessionEnd | null;
  readonly firstReceivedAtMs: number;
  readonly lastReceivedAtMs: number;
  /** Arrivals of all its callbacks, redeliveries included. */
  readonly deliveries: number;
}

interface Choice {
  readonly occurredAtMs: number | null;
  /** Digest of the callback's identity, in hex: breaks ties the same way on every node. */
  readonly digest: string;
}

type Facts = Omit<PushActivity, 'sequence'>;

export interface StreamSessionPush extends Choice, Facts {}

export interface StreamSessionEnd extends Choice, Facts {
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endMessage: string | null;
}

/** A callback that names its session. One without a sequence or an account is kept, and belongs to none. */
export type SessionCallback = (PushCallback | InterruptionCallback) & {
  readonly appId: string;
  readonly sequence: string;
};

export function isSessionCallback(callback: { readonly kind: string }): callback is SessionCallback {
  const candidate = callback as PushCallback;
  return (
    (callback.kind === 'PUSH' || callback.kind === 'INTERRUPTION') &&
    candidate.appId !== null &&
    candidate.sequence !== null
  );
}

/** Folds a callback's first arrival into its session (`null`: the first callback of it). */
export function withCallback(
  session: StreamSession | null,
  callback: SessionCallback,
  digest: string,
  receivedAtMs: number,
): StreamSession {
  const before = session ?? newSession(callback, receivedAtMs);
  const counted = withDelivery(before, receivedAtMs);
  const { occurredAtMs, domain, path, streamId, channelId, node, userIp, streamParam } = callback;
  if (callback.kind === 'PUSH') {
    const push = { occurredAtMs, digest, domain, path, streamId, channelId, node, userIp, streamParam };
    return counted.push === null || comparePlaces(push, counted.push, Infinity) < 0 ? { ...counted, push } : counted;
  }
  const { pushDurationMs, endCode, endMessage } = callback;
  const end = {
    occurredAtMs,
    digest,
    domain,
    path,
    streamId,
    channelId,
    node,
    userIp,
    streamParam,
    pushDurationMs,
    endCode,
    endMessage,
  };
  return counted.end === null || comparePlaces(end, counted.end, -Infinity) > 0 ? { ...counted, end } : counted;
}

/**
 * Whether a callback of this digest may be one of the session's already. False only where every callback of the session is
 * told and none of them is this one; then there is nothing to look for.
 */
export function mayHold({ push, end, deliveries }: StreamSession, digest: string): boolean {
  const callbacksTold = Number(push !== null) + Number(end !== null);
  return deliveries > callbacksTold || push?.digest === digest || end?.digest === digest;
}

/** Counts one more arrival of a callback that the session holds already. */
export function withDelivery(session: StreamSession, receivedAtMs: number): StreamSession {
  return {
    ...session,
    firstReceivedAtMs: Math.min(session.firstReceivedAtMs, receivedAtMs),
    lastReceivedAtMs: Math.max(session.lastReceivedAtMs, receivedAtMs),
    deliveries: session.deliveries + 1,
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
  };
}

function comparePlaces(one: Choice, other: Choice, unknownTime: number): number {
  const byTime = (one.occurredAtMs ?? unknownTime) - (other.occurredAtMs ?? unknownTime);
  // Infinity - Infinity is NaN: both times are unknown.
  if (byTime !== 0 && !Number.isNaN(byTime)) return byTime;
  return one.digest < other.digest ? -1 : Number(one.digest > other.digest);
}
