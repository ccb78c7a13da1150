import { callbacksOfSessions, type ArrivedCallback } from './arrived.ts';
import type { ByName } from '../actual/differences.ts';
import { between, moment, partlyHidden, anyMoment, type Expected, type ExpectedFields } from './matcher.ts';
import { pushEndCodeOf, requestedEndCode } from '../scenario/push-end-codes.ts';
import type { PushActivity, SimulatedInterruption } from '../scenario/simulated-callback.ts';

/** A push activity, as far as the callbacks that arrived show it. */
interface KnownSession {
  readonly activity: PushActivity;
  readonly hasPush: boolean;
  readonly end: SimulatedInterruption | null;
  readonly startedAtMs: number;
  readonly deliveriesMin: number;
  readonly deliveriesMax: number;
}

/**
 * Milliseconds around the end within which the start of a newer push turns an end by request into a takeover: decision
 * 0002.
 */
const takeoverWindowMs = 10_000;

/** The name of a stream session in differences. */
export function sessionName(appId: string, sequence: string): string {
  return `session ${sequence} of account ${appId}:`;
}

export function expectedSessions(arrived: readonly ArrivedCallback[]): ByName<ExpectedFields> {
  const sessions = new Map<string, ExpectedFields>();
  for (const stream of byStream(knownSessions(arrived))) {
    stream.forEach((session, index) => {
      const { appId, sequence } = session.activity;
      sessions.set(sessionName(appId, sequence), expectedSession(session, stream[index + 1] ?? null));
    });
  }
  return sessions;
}

function knownSessions(arrived: readonly ArrivedCallback[]): KnownSession[] {
  const sessions = new Map<string, KnownSession>();
  for (const { callback, deliveriesMin, deliveriesMax } of callbacksOfSessions(arrived)) {
    const { activity } = callback;
    const name = sessionName(activity.appId, activity.sequence);
    const known = sessions.get(name);
    const end = callback.kind === 'INTERRUPTION' ? laterEnd(known?.end ?? null, callback) : (known?.end ?? null);
    const hasPush = known?.hasPush === true || callback.kind === 'PUSH';
    sessions.set(name, {
      activity,
      hasPush,
      end,
      // If the push callback was lost: the end minus the duration, which is some milliseconds off.
      startedAtMs: hasPush || end === null ? activity.startedAtMs : end.atMs - end.pushDurationMs,
      deliveriesMin: (known?.deliveriesMin ?? 0) + deliveriesMin,
      deliveriesMax: (known?.deliveriesMax ?? 0) + deliveriesMax,
    });
  }
  return [...sessions.values()];
}

/** The latest of several interruptions of one session counts. */
function laterEnd(known: SimulatedInterruption | null, end: SimulatedInterruption): SimulatedInterruption {
  return known !== null && known.atMs > end.atMs ? known : end;
}

/** The sessions of each stream, by start, then by sequence. */
function byStream(sessions: readonly KnownSession[]): KnownSession[][] {
  const streams = new Map<string, KnownSession[]>();
  for (const session of sessions) {
    const { appId, domain, path, streamId } = session.activity;
    const key = JSON.stringify([appId, domain, path, streamId]);
    streams.set(key, [...(streams.get(key) ?? []), session]);
  }
  for (const stream of streams.values()) stream.sort(byStart);
  return [...streams.values()];
}

function byStart(one: KnownSession, other: KnownSession): number {
  const difference = one.startedAtMs - other.startedAtMs;
  return difference === 0 ? Number(BigInt(one.activity.sequence) - BigInt(other.activity.sequence)) : difference;
}

function expectedSession(session: KnownSession, next: KnownSession | null): ExpectedFields {
  const { activity, hasPush, end } = session;
  return {
    domain: activity.domain,
    path: activity.path,
    streamId: activity.streamId,
    channelId: activity.channelId,
    accessPoint: partlyHidden(activity.node),
    userIp: partlyHidden(activity.userIp),
    streamParam: partlyHidden(activity.streamParam),
    startedAt: moment(session.startedAtMs),
    startedAtSource: hasPush ? 'PUSH_CALLBACK' : 'DERIVED_FROM_DURATION',
    state: end !== null ? 'ENDED' : next === null ? 'LIVE' : 'SUPERSEDED',
    endedAt: moment(end?.atMs ?? null),
    pushDurationMs: end?.pushDurationMs ?? null,
    endCode: end?.code ?? null,
    endMessage: end?.message ?? null,
    endCause: end === null ? null : { side: sideOf(end, next) },
    firstReceivedAt: anyMoment,
    lastReceivedAt: anyMoment,
    deliveries: between(session.deliveriesMin, session.deliveriesMax),
  };
}

function sideOf({ code, atMs }: SimulatedInterruption, next: KnownSession | null): Expected {
  return code === requestedEndCode && next !== null && isTakeover(atMs, next) ? 'TAKEOVER' : pushEndCodeOf(code).side;
}

/** Whether the newer push was live when the other one ended, or had begun shortly before. */
function isTakeover(endedAtMs: number, { startedAtMs, end }: KnownSession): boolean {
  if (startedAtMs > endedAtMs + takeoverWindowMs) return false;
  return end === null || end.atMs >= endedAtMs || startedAtMs >= endedAtMs - takeoverWindowMs;
}
