import type { EndSide } from '../../src/sessions/interruption-codes.ts';
import type { StartedAtSource, StreamSessionState } from '../../src/sessions/stream-session-view.ts';
import type { Closure, SessionHistory } from './session-history.ts';

/**
 * What docs/figures.md says of a history, written from that page alone: it knows the bodies and the statements of operators, and nothing
 * of how the service reads them. Of each push there is at most one push callback and one interruption.
 */
export interface TableSession {
  readonly appId: string;
  readonly sequence: string;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
  readonly node: string;
  readonly userIp: string;
  readonly state: StreamSessionState;
  readonly hasPush: boolean;
  /** Null: unknown. */
  readonly startedAtMs: number | null;
  readonly startedAtSource: StartedAtSource;
  /** By its interruption alone. */
  readonly endedAtMs: number | null;
  /** Null unless it is CLOSED. */
  readonly closedAtMs: number | null;
  /** Null: unknown. */
  readonly stoppedAtMs: number | null;
  readonly durationMs: number | null;
  readonly endCode: number | null;
  readonly endSide: EndSide | null;
  /** From the end of the previous session, if that is known. */
  readonly reconnectMs: number | null;
  readonly isReconnect: boolean;
  /** Its start; if that is unknown, its end or first arrival, whichever is earlier. */
  readonly orderedAtMs: number;
  /** Of the same stream, in order; null: there is none. */
  readonly next: string | null;
  readonly lastReceivedAtMs: number;
}

/** A push that CSS refused. */
export interface TableAttempt {
  readonly appId: string;
  readonly sequence: string;
  readonly atMs: number;
  readonly endCode: number;
}

type Arrival = SessionHistory['arrivals'][number];

/** A push, without its neighbours. */
type Alone = Omit<
  TableSession,
  'state' | 'closedAtMs' | 'stoppedAtMs' | 'endSide' | 'isReconnect' | 'reconnectMs' | 'next'
> & {
  readonly hasEnded: boolean;
  readonly statedMs: number | null;
};

export function tableOf({ arrivals, closures }: SessionHistory): {
  readonly sessions: readonly TableSession[];
  readonly attempts: readonly TableAttempt[];
} {
  const all = [...new Set(arrivals.map(({ body }) => String(body['sequence'])))].map((sequence) => {
    const own = arrivals.filter(({ body }) => body['sequence'] === sequence);
    const push = own.find(({ body }) => body['event_type'] === 1);
    const end = own.find(({ body }) => body['event_type'] === 0);
    return { push, end, one: aloneOf(sequence, own, closures) };
  });
  const isRefused = ({ push, one }: (typeof all)[number]) =>
    push === undefined && (one.endCode === 18 || one.endCode === 19);
  const sessions = all.filter((each) => !isRefused(each)).map(({ one }) => one);
  return {
    sessions: sessions.map((one) => withNeighbours(one, sessions)),
    attempts: all.filter(isRefused).map(({ one: { appId, sequence, endCode, endedAtMs, lastReceivedAtMs } }) => ({
      appId,
      sequence,
      endCode: endCode ?? NaN,
      atMs: endedAtMs ?? lastReceivedAtMs,
    })),
  };
}

function aloneOf(sequence: string, own: readonly Arrival[], closures: readonly Closure[]): Alone {
  const push = own.find(({ body }) => body['event_type'] === 1);
  const end = own.find(({ body }) => body['event_type'] === 0);
  const bodies = own.map(({ body }) => body);
  const [body] = bodies;
  const named = bodies.find((each) => each['appid'] !== undefined);
  const appId = named === undefined ? 'unknown' : String(named['appid']);
  const [pushedMs, endedAtMs] = [timeOf(push), timeOf(end)];
  const given = end?.body['push_duration'];
  const pushDurationMs = given === undefined ? null : Number(given);
  const derivedMs = endedAtMs === null || pushDurationMs === null ? null : endedAtMs - pushDurationMs;
  const startedAtMs = pushedMs ?? derivedMs;
  const arrivedMs = own.map(({ receivedAtMs }) => receivedAtMs);
  const closure = closures.find((each) => each.sequence === sequence);
  const statedMs = closure === undefined ? null : (closure.endedAtMs ?? closure.atMs);
  return {
    appId,
    sequence,
    hasPush: push !== undefined,
    hasEnded: end !== undefined,
    domain: String(body?.['app']),
    path: String(body?.['appname']),
    streamId: String(body?.['stream_id']),
    node: String(body?.['node']),
    userIp: String(body?.['user_ip']),
    startedAtMs,
    startedAtSource:
      pushedMs !== null ? 'PUSH_CALLBACK' : derivedMs !== null ? 'DERIVED_FROM_DURATION' : ('UNKNOWN' as const),
    endedAtMs,
    statedMs: statedMs === null ? null : statedMs - (statedMs % 1_000),
    durationMs: pushDurationMs ?? (startedAtMs === null || endedAtMs === null ? null : endedAtMs - startedAtMs),
    endCode: end === undefined ? null : Number(end.body['errcode']),
    orderedAtMs: startedAtMs ?? Math.min(endedAtMs ?? Infinity, ...arrivedMs),
    lastReceivedAtMs: Math.max(...arrivedMs),
  };
}

function timeOf(arrival: Arrival | undefined): number | null {
  const seconds = arrival?.body['event_time'];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

function withNeighbours(one: Alone, all: readonly Alone[]): TableSession {
  const ofStream = all
    .filter((other) => streamOf(other) === streamOf(one))
    .sort((first, second) => first.orderedAtMs - second.orderedAtMs || (isLess(first, second) ? -1 : 1));
  const at = ofStream.indexOf(one);
  const [before, next] = [ofStream[at - 1], ofStream[at + 1]];
  const { hasEnded, statedMs, ...rest } = one;
  const state = stateOf(one, next);
  const isReconnect =
    before !== undefined && one.startedAtMs !== null && one.startedAtMs <= reconnectUntilMs(before, one);
  return {
    ...rest,
    state,
    closedAtMs: hasEnded ? null : statedMs,
    stoppedAtMs: stoppedAtMsOf(one, next),
    endSide: hasEnded ? sideOf(one, next) : null,
    isReconnect,
    reconnectMs: isReconnect ? reconnectMsOf(before, one) : null,
    next: next?.sequence ?? null,
  };
}

function streamOf({ appId, domain, path, streamId }: Alone): string {
  return [appId, domain, path, streamId].join(' ');
}

function isLess(one: Alone, other: Alone): boolean {
  return BigInt(one.sequence) < BigInt(other.sequence);
}

function stateOf({ hasEnded, statedMs }: Alone, next: Alone | undefined): StreamSessionState {
  if (hasEnded) return 'ENDED';
  if (statedMs !== null) return 'CLOSED';
  return next === undefined ? 'LIVE' : 'SUPERSEDED';
}

/** Null: unknown. */
function stoppedAtMsOf(one: Alone, next: Alone | undefined): number | null {
  const nextMs = next?.orderedAtMs ?? Infinity;
  return {
    LIVE: Infinity,
    ENDED: one.endedAtMs,
    SUPERSEDED: nextMs,
    CLOSED: Math.min(one.statedMs ?? NaN, nextMs),
  }[stateOf(one, next)];
}

/** The latest start of a session after it that is a reconnect. */
function reconnectUntilMs(one: Alone, next: Alone): number {
  const stoppedMs = stoppedAtMsOf(one, next);
  return stoppedMs === null ? -Infinity : stoppedMs + 60_000;
}

/** Null: the end of the session before was lost. */
function reconnectMsOf(before: Alone, one: Alone): number | null {
  if (stateOf(before, one) === 'SUPERSEDED') return null;
  return Math.max(0, (one.startedAtMs ?? NaN) - (stoppedAtMsOf(before, one) ?? NaN));
}

const sides: Readonly<Record<number, EndSide>> = {
  1: 'CLIENT',
  8: 'NETWORK',
  18: 'CONFIGURATION',
  19: 'AUTH',
  21: 'OPERATOR',
};

function sideOf({ endCode, endedAtMs }: Alone, next: Alone | undefined): EndSide {
  const side = sides[endCode ?? NaN] ?? 'UNKNOWN';
  if (side !== 'OPERATOR' || next === undefined || endedAtMs === null) return side;
  const began = next.orderedAtMs - endedAtMs;
  const wentOn = !next.hasEnded || (next.endedAtMs !== null && next.endedAtMs >= endedAtMs);
  return began <= 10_000 && (began >= -10_000 || wentOn) ? 'TAKEOVER' : side;
}
