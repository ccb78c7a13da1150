import { readRelayOrigin } from '../callbacks/types/relay.ts';
import type { PushFacts } from '../callbacks/types/push.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import { everything, type Condition } from '../lists/listing.ts';
import { endSideOf, type EndSide } from './interruption-codes.ts';
import type { StreamSession } from './stream-session.ts';

/** The source of a session's start time. */
export type StartedAtSource = 'PUSH_CALLBACK' | 'DERIVED_FROM_DURATION' | 'UNKNOWN';

/** The position of a session among all sessions of its stream, which are ordered by start, then by sequence. */
export interface SessionOrderKey {
  /** Account, domain, path and stream as one text. */
  readonly streamKey: string;
  readonly orderedAtMs: number;
  readonly sequenceOrder: string;
}

/** The facts that follow from a session's own callbacks: the push callback's if it has them, else the interruption's. */
export interface StreamSessionView extends Omit<PushFacts, 'setId' | 'node'> {
  readonly accessPoint: string | null;
  readonly appId: string;
  readonly sequence: string;
  readonly startedAtMs: number | null;
  readonly startedAtSource: StartedAtSource;
  readonly ended: boolean;
  /** Null also for an ended session whose interruption carried no time. */
  readonly endedAtMs: number | null;
  /** When an operator says that it ended; null if none does, or once its interruption has arrived. */
  readonly closedAtMs: number | null;
  readonly region: PushRegion | null;
  /** The relay task that pushed it, by its own push URL. */
  readonly relayTaskId: string | null;
  readonly pushDurationMs: number | null;
  readonly endCode: number | null;
  readonly endCodeText: string | null;
  readonly endMessage: string | null;
  /** Its start, else the earlier of its end and its first arrival: a late arrival must not make it look newer. */
  readonly orderedAtMs: number;
  /** A text that sorts as the sequence does as a number. */
  readonly sequenceOrder: string;
  /** Null if its callbacks name no stream: then it can replace no other session. */
  readonly orderKey: SessionOrderKey | null;
}

/** Derives the view; cheap enough to call for every row. */
export function sessionViewOf(session: StreamSession): StreamSessionView {
  const { appId, sequence, push, end } = session;
  const facts = factsOf(push?.facts ?? null, end?.facts ?? null);
  const { path, streamId, channelId, node, userIp, streamParam, width, height, setId, idcId } = facts;
  // Host names ignore case: otherwise a session could be of another stream, or no task would feed it.
  const domain = facts.domain?.toLowerCase() ?? null;
  const { startedAtMs, startedAtSource } = startOf(session);
  const endedAtMs = end?.occurredAtMs ?? null;
  const orderedAtMs = startedAtMs ?? Math.min(session.firstReceivedAtMs, endedAtMs ?? Infinity);
  const sequenceOrder = String(sequence.length).padStart(2, '0') + sequence;
  return {
    // Lists the properties one by one: setting one again after a spread costs several times the rest, and every list reads sessions.
    domain,
    path,
    streamId,
    channelId,
    accessPoint: node,
    userIp,
    streamParam,
    width,
    height,
    idcId,
    region: regionOf(setId),
    relayTaskId: relayTaskOf(streamParam),
    appId,
    sequence,
    startedAtMs,
    startedAtSource,
    ended: end !== null,
    endedAtMs,
    closedAtMs: end === null ? session.closedAtMs : null,
    pushDurationMs: end?.pushDurationMs ?? null,
    endCode: end?.endCode ?? null,
    endCodeText: end?.endCodeText ?? null,
    endMessage: end?.endMessage ?? null,
    orderedAtMs,
    sequenceOrder,
    orderKey:
      streamId === null
        ? null
        : { streamKey: JSON.stringify([appId, domain, path, streamId]), orderedAtMs, sequenceOrder },
  };
}

const noFacts: PushFacts = {
  domain: null,
  path: null,
  streamId: null,
  channelId: null,
  node: null,
  userIp: null,
  streamParam: null,
  width: null,
  height: null,
  setId: null,
  idcId: null,
};

function factsOf(push: PushFacts | null, end: PushFacts | null): PushFacts {
  if (push === null || end === null) return push ?? end ?? noFacts;
  return {
    domain: push.domain ?? end.domain,
    path: push.path ?? end.path,
    streamId: push.streamId ?? end.streamId,
    channelId: push.channelId ?? end.channelId,
    node: push.node ?? end.node,
    userIp: push.userIp ?? end.userIp,
    streamParam: push.streamParam ?? end.streamParam,
    width: push.width ?? end.width,
    height: push.height ?? end.height,
    setId: push.setId ?? end.setId,
    idcId: push.idcId ?? end.idcId,
  };
}

/** Where a push arrived at CSS. */
export type PushRegion = 'MAINLAND_CHINA' | 'OUTSIDE_MAINLAND_CHINA';

/** `set_id` in words (the vendor's page on push callbacks, later revision); null for numbers that it does not explain. */
function regionOf(setId: number | null): PushRegion | null {
  if (setId === null || setId < 1 || setId > 200) return null;
  return setId <= 6 ? 'MAINLAND_CHINA' : 'OUTSIDE_MAINLAND_CHINA';
}

/**
 * The relay task that pushes a stream, by its push URL: CSS adds `ppTaskId` to the URLs that its relay tasks push to (seen in a
 * recording of 2025; that pushes carry the same is inferred).
 */
function relayTaskOf(streamParam: string | null): string | null {
  // Nearly no push has it.
  return streamParam?.includes('ppTaskId=') === true ? readRelayOrigin(streamParam).taskId : null;
}

function startOf({ push, end }: StreamSession): Pick<StreamSessionView, 'startedAtMs' | 'startedAtSource'> {
  if (push?.occurredAtMs != null) return { startedAtMs: push.occurredAtMs, startedAtSource: 'PUSH_CALLBACK' };
  if (end?.occurredAtMs != null && end.pushDurationMs !== null) {
    const startedAtMs = end.occurredAtMs - end.pushDurationMs;
    // A start before 1970 means that the duration is wrong.
    if (startedAtMs > 0) return { startedAtMs, startedAtSource: 'DERIVED_FROM_DURATION' };
  }
  return { startedAtMs: null, startedAtSource: 'UNKNOWN' };
}

/** How sure the start of a session is; null if it is unknown. */
export const startedAtConclusions: Readonly<Record<StartedAtSource, Conclusion | null>> = {
  PUSH_CALLBACK: { sureness: 'CERTAIN', because: 'The push callback says so.', alternative: null },
  DERIVED_FROM_DURATION: {
    sureness: 'LIKELY',
    because:
      'The interruption says when the push ended and how long it lasted, and no push callback says when it began.',
    alternative: 'It began some seconds before or after: CSS does not say what the duration includes.',
  },
  UNKNOWN: null,
};

/**
 * Whether a push is running. Without an interruption: SUPERSEDED, a newer push of the stream began; CLOSED, an operator says that it ended.
 */
export type StreamSessionState = 'LIVE' | 'ENDED' | 'SUPERSEDED' | 'CLOSED';

/** The status of a session, given the next session of the same stream. */
export interface StreamSessionStatus {
  readonly state: StreamSessionState;
  /** Null while the session has no end. */
  readonly endSide: EndSide | null;
}

/** The next session in the order of the stream. */
export interface NextSession {
  /** Its position in that order: its start, if known. */
  readonly orderedAtMs: number;
  readonly ended: boolean;
  readonly endedAtMs: number | null;
}

/**
 * Milliseconds that the next session may start after the end of the one it replaced, or before that end if it has itself ended by then. The
 * callback lacks the sub-code that distinguishes a takeover from an end on request. Both times have a resolution of one second and come
 * from two nodes of CSS, so a newer push within this time is read as the takeover (inferred; no vendor page says it).
 */
export const takeoverWithinMs = 10_000;

/** The status of a session; `next` is the next session of the same stream, null if this is the newest or has no stream. */
export function sessionStatusOf(
  { ended, endedAtMs, endCode, closedAtMs }: Pick<StreamSessionView, 'ended' | 'endedAtMs' | 'endCode' | 'closedAtMs'>,
  next: NextSession | null,
): StreamSessionStatus {
  if (closedAtMs !== null && !ended) return { state: 'CLOSED', endSide: null };
  if (!ended) return { state: next === null ? 'LIVE' : 'SUPERSEDED', endSide: null };
  const takenOver = next !== null && endedAtMs !== null && takesOver(next, endedAtMs);
  return { state: 'ENDED', endSide: endSideOf(endCode, takenOver) };
}

/** A push that had long ended replaced nothing, although it was newer. */
function takesOver({ orderedAtMs, ended, endedAtMs }: NextSession, endOfOtherMs: number): boolean {
  if (orderedAtMs > endOfOtherMs + takeoverWithinMs) return false;
  const isLiveThen = !ended || (endedAtMs !== null && endedAtMs >= endOfOtherMs);
  return isLiveThen || orderedAtMs >= endOfOtherMs - takeoverWithinMs;
}

/**
 * Seconds without a callback after which a live session counts as silent, unless a client gives another number. CSS
 * sends nothing while a push goes on, so this is longer than nearly every broadcast. If screenshots or recordings are
 * on, a few times their interval is a better choice.
 */
export const silentAfterSecondsDefault = 24 * 3_600;

/** The largest number of seconds that a client may give: ten years. */
export const silentAfterSecondsMax = 10 * 366 * 24 * 3_600;

/** Whether a live session is silent; null means the same as an absent argument. @throws LedgerError - BAD_USER_INPUT */
export function isSilentSince(lastHeardAtMs: number, nowMs: number, after: number | null): boolean {
  const afterSeconds = after ?? silentAfterSecondsDefault;
  if (afterSeconds < 1 || afterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `afterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return lastHeardAtMs < nowMs - afterSeconds * 1_000;
}

/**
 * The condition of a live session about which nothing was heard since a moment. The quick comparisons come first and
 * mostly spare the last one.
 */
export function silentSince(sinceMs: number): Condition<'state' | 'lastReceivedAt' | 'lastHeardAt'> {
  return {
    and: [
      { field: 'state', operator: 'eq', value: 'LIVE' },
      { field: 'lastReceivedAt', operator: 'lt', value: sinceMs },
      { field: 'lastHeardAt', operator: 'lt', value: sinceMs },
    ],
  };
}

/** How clients compare silence. */
export interface SilenceComparison {
  eq?: boolean | null;
  afterSeconds?: number | null;
}

/**
 * The condition that silent sessions meet at this moment, or that the others meet.
 * @throws LedgerError - BAD_USER_INPUT if there is no moment: a subscription could not report when a session falls silent
 */
export function silenceCondition(
  { eq, afterSeconds }: SilenceComparison,
  clock: Clock | null,
): ReturnType<typeof silentSince> {
  if (eq == null) return everything;
  if (clock === null) {
    throw new LedgerError('BAD_USER_INPUT', 'isSilent filters the list streamSessions only: it changes by time alone.');
  }
  const isSilent = silentSince(clock() - (afterSeconds ?? silentAfterSecondsDefault) * 1_000);
  return eq ? isSilent : { not: isSilent };
}

/**
 * The condition of sessions that were live at a moment: as `concurrency` counts them.
 * @throws LedgerError - BAD_USER_INPUT for a moment in the future, and if there is no clock: a subscription could not report
 * that a session stopped because the next one of its stream turns out to have begun earlier
 */
export function liveAtCondition(atMs: number, clock: Clock | null): Condition<'startedAt' | 'stoppedAt'> {
  if (clock === null) throw new LedgerError('BAD_USER_INPUT', 'liveAt filters the list streamSessions only.');
  if (atMs > clock()) {
    throw new LedgerError(
      'BAD_USER_INPUT',
      'liveAt must not be in the future. For what is live now, filter by state: { eq: LIVE }.',
    );
  }
  return {
    and: [
      { field: 'startedAt', operator: 'lte', value: atMs },
      { field: 'stoppedAt', operator: 'gt', value: atMs },
    ],
  };
}
