import type { EndSide } from '../../sessions/interruption-codes.ts';
import { changingFields, type ConditionField, type ListFields } from '../../lists/list-fields.ts';
import {
  isMet,
  sortedPage,
  unchangingPart,
  type Condition,
  type Keyed,
  type ListOrder,
  type SortedPage,
  type SortedPageRequest,
} from '../../lists/listing.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import {
  countSide,
  countsOfSides,
  stoppedAtMs,
  type SessionSpan,
  type SideCount,
} from '../statistics/session-statistics.ts';
import type { TimeWindow } from '../statistics/statistics.ts';

const { appId, domain, path, streamId } = streamSessionFields;

/** What broadcasts have of their stream: all its sessions have it in common, so that none is missing. */
type OfStream = 'appId' | 'domain' | 'path' | 'streamId';

/** The fields by which broadcasts can be filtered: what all sessions of a stream have in common, and what follows from them. */
export const broadcastFields = {
  appId,
  domain,
  path,
  streamId,
  isLive: { kind: 'FLAG', filter: 'By whether the last session is LIVE.', isChanging: true },
  durationMs: { kind: 'MILLISECONDS', isNullable: true, filter: 'By `durationMs`.', isChanging: true },
  overlaps: { kind: 'INT', filter: 'By how often it was pushed from two addresses at once.', isChanging: true },
  reconnects: { kind: 'INT', filter: 'By how often the stream reconnected.', isChanging: true },
  availability: { kind: 'NUMBER', isNullable: true, filter: 'By `availability`, from 0 to 1.', isChanging: true },
} as const satisfies ListFields;
type BroadcastField = ConditionField<typeof broadcastFields>;

/** The part of a condition that decides which streams are read. */
export function conditionOfStream(condition: Condition<BroadcastField>): Condition<OfStream> {
  return unchangingPart(condition, changingFields(broadcastFields)) as Condition<OfStream>;
}

/** The orders of broadcasts; those without a value come before all others. */
export type BroadcastOrder = 'STARTED_AT' | 'DURATION' | 'RECONNECTS' | 'LONGEST_GAP' | 'AVAILABILITY';

/**
 * Asks for a page of the broadcasts that have a session in a window. A broadcast joins sessions of one stream over
 * gaps.
 */
export interface BroadcastsQuestion extends SortedPageRequest {
  readonly kind: 'broadcasts';
  readonly condition: Condition<BroadcastField>;
  readonly window: TimeWindow;
  readonly gapMsMax: number;
  readonly order: ListOrder<BroadcastOrder>;
  /** Whether to fill `sequences`, which otherwise stays empty. */
  readonly wantsSequences: boolean;
}

/** A session of a stream, in the order of the stream. */
export interface StreamSpan extends Pick<SessionSpan, 'state' | 'endedAtMs' | 'endSide'> {
  /** When it began, or if that is unknown its end or first arrival, whichever is earlier. */
  readonly orderedAtMs: number;
  readonly sequence: string;
  readonly firstPosition: string;
  /** Whether `orderedAtMs` is when it began. */
  readonly hasStart: boolean;
  /** The address of its pusher, the same in any notation; null if unknown. */
  readonly userIpKey: string | null;
}

/** The names of a stream, and consecutive sessions of it in their order. */
export interface StreamRun extends Readonly<Record<OfStream, string>> {
  readonly sessions: readonly StreamSpan[];
}

/** Sessions of one stream, each of which began soon after the previous one had ended. */
export interface Broadcast extends Readonly<Record<OfStream, string>> {
  /** That of its first session. */
  readonly firstSequence: string;
  readonly startedAtMs: number;
  /** Null: it has not ended, or ended at an unknown time. */
  readonly endedAtMs: number | null;
  readonly isLive: boolean;
  /** Up to the end of the window while it is live; null if the end is unknown. */
  readonly durationMs: number | null;
  readonly sessionCount: number;
  readonly reconnects: number;
  readonly longestGapMs: number;
  /** How many of its sessions began while another one was pushed from another address. */
  readonly overlaps: number;
  /** The share of the duration in which it was pushed, 0 to 1. */
  readonly availability: number | null;
  /** What ended the sessions before each reconnect. */
  readonly causes: readonly SideCount[];
  /** Those of its newest sessions, the newest first. */
  readonly sequences: readonly string[];
}

/** A page of broadcasts; a row's key has the first event of its first session. */
export type BroadcastsAnswer = SortedPage<Broadcast>;

/** Sequences answered for one broadcast at most. */
export const broadcastSequencesMax = 100;

/** When a session stopped pushing, given the next one in its stream. NaN if unknown. */
function stoppedBefore(session: StreamSpan, next: StreamSpan | undefined): number {
  const { state, endedAtMs } = session;
  return stoppedAtMs({ state, endedAtMs, supersededAtMs: next?.orderedAtMs ?? null });
}

/** Whether a session continues the broadcast of the previous one in its stream. */
export function continues(session: StreamSpan, before: StreamSpan, gapMsMax: number): boolean {
  return session.orderedAtMs - stoppedBefore(before, session) <= gapMsMax;
}

/** Whether a session began in a window or pushed in it. */
export function touches(session: StreamSpan, next: StreamSpan | undefined, { fromMs, toMs }: TimeWindow): boolean {
  const { orderedAtMs } = session;
  return orderedAtMs < toMs && (orderedAtMs >= fromMs || stoppedBefore(session, next) > fromMs);
}

/** Joins the sessions of each stream into broadcasts, and answers the page. */
export function listBroadcasts(question: BroadcastsQuestion, streams: Iterable<StreamRun>): BroadcastsAnswer {
  const all: Keyed<Stitched>[] = [];
  for (const stream of streams) {
    for (const row of stitch(question, stream)) {
      if (!isMet(question.condition, fieldsOf(row))) continue;
      all.push({ row, key: [keyOf(row, question.order.by), BigInt(row.first.firstPosition)] });
    }
  }
  const page = sortedPage(all, question);
  const { wantsSequences } = question;
  return { ...page, rows: page.rows.map(({ row, key }) => ({ row: shown(row, wantsSequences), key })) };
}

/** A broadcast under construction. */
interface Stitched {
  readonly stream: StreamRun;
  readonly first: StreamSpan;
  readonly sessions: StreamSpan[];
  readonly causes: Map<EndSide, number>;
  /** All gaps, and the part of them before the end of the window. */
  gapsMs: number;
  gapsInWindowMs: number;
  longestGapMs: number;
  overlaps: number;
  /** Until when each address has pushed. */
  readonly untilMs: Map<string, number>;
  isTouched: boolean;
  stoppedAtMs: number;
  durationMs: number | null;
}

function stitch({ window, gapMsMax }: BroadcastsQuestion, stream: StreamRun): Stitched[] {
  const found: Stitched[] = [];
  let current: Stitched | null = null;
  for (const [index, session] of stream.sessions.entries()) {
    const next = stream.sessions[index + 1];
    const before = stream.sessions[index - 1];
    if (current !== null && before !== undefined && continues(session, before, gapMsMax)) {
      const stoppedMs = stoppedBefore(before, session);
      const gapMs = Math.max(0, session.orderedAtMs - stoppedMs);
      current.gapsMs += gapMs;
      current.gapsInWindowMs += Math.max(0, Math.min(session.orderedAtMs, window.toMs) - stoppedMs);
      current.longestGapMs = Math.max(current.longestGapMs, gapMs);
      countSide(current.causes, before.endSide);
    } else {
      current = newStitched(stream, session);
      found.push(current);
    }
    current.sessions.push(session);
    current.isTouched ||= touches(session, next, window);
    current.stoppedAtMs = stoppedBefore(session, next);
    noteAddress(current, session);
    const endMs = current.stoppedAtMs === Infinity ? window.toMs : current.stoppedAtMs;
    current.durationMs = Number.isNaN(endMs) ? null : Math.max(0, endMs - current.first.orderedAtMs);
  }
  return found.filter(({ isTouched }) => isTouched);
}

/** A session whose start or end is unknown pushed at no known time; one whose end was lost pushed until the next one began. */
function noteAddress(current: Stitched, { orderedAtMs, hasStart, userIpKey }: StreamSpan): void {
  const { untilMs, stoppedAtMs: untilOfThis } = current;
  if (!hasStart || userIpKey === null || !(untilOfThis > orderedAtMs)) return;
  if ([...untilMs].some(([key, ms]) => key !== userIpKey && ms > orderedAtMs)) current.overlaps += 1;
  untilMs.set(userIpKey, Math.max(untilMs.get(userIpKey) ?? 0, untilOfThis));
  // Those of the past are of no use; a stream may be pushed from many.
  for (const [key, ms] of untilMs) if (ms <= orderedAtMs) untilMs.delete(key);
}

function newStitched(stream: StreamRun, first: StreamSpan): Stitched {
  return {
    stream,
    first,
    sessions: [],
    causes: new Map(),
    gapsMs: 0,
    gapsInWindowMs: 0,
    longestGapMs: 0,
    overlaps: 0,
    untilMs: new Map(),
    isTouched: false,
    stoppedAtMs: NaN,
    durationMs: null,
  };
}

function availabilityOf({ durationMs, gapsMs, gapsInWindowMs, stoppedAtMs: stoppedMs }: Stitched): number | null {
  if (durationMs === null) return null;
  const pausedMs = stoppedMs === Infinity ? gapsInWindowMs : gapsMs;
  return durationMs === 0 ? 1 : Math.max(0, 1 - pausedMs / durationMs);
}

function fieldsOf(stitched: Stitched): Readonly<Record<BroadcastField, string | number | null>> {
  const { stream, sessions, overlaps, durationMs, stoppedAtMs: stoppedMs } = stitched;
  const { appId, domain, path, streamId } = stream;
  const isLive = Number(stoppedMs === Infinity);
  const availability = availabilityOf(stitched);
  return { appId, domain, path, streamId, isLive, durationMs, overlaps, reconnects: sessions.length - 1, availability };
}

function shown(stitched: Stitched, wantsSequences: boolean): Broadcast {
  const { stream, first, sessions, causes, longestGapMs, durationMs, stoppedAtMs: stoppedMs } = stitched;
  const { appId, domain, path, streamId } = stream;
  return {
    appId,
    domain,
    path,
    streamId,
    firstSequence: first.sequence,
    startedAtMs: first.orderedAtMs,
    endedAtMs: Number.isFinite(stoppedMs) ? stoppedMs : null,
    isLive: stoppedMs === Infinity,
    durationMs,
    sessionCount: sessions.length,
    reconnects: sessions.length - 1,
    longestGapMs,
    overlaps: stitched.overlaps,
    availability: availabilityOf(stitched),
    causes: countsOfSides(causes),
    sequences: wantsSequences
      ? sessions
          .slice(-broadcastSequencesMax)
          .reverse()
          .map(({ sequence }) => sequence)
      : [],
  };
}

/** Less than any value, so broadcasts without a value sort first. */
const leastValue = -1;

/** Availability in billionths, because keys are whole numbers. */
const availabilityParts = 1e9;

function keyOf(stitched: Stitched, by: BroadcastOrder): bigint {
  const values = {
    STARTED_AT: () => stitched.first.orderedAtMs,
    DURATION: () => stitched.durationMs ?? leastValue,
    RECONNECTS: () => stitched.sessions.length - 1,
    LONGEST_GAP: () => stitched.longestGapMs,
    AVAILABILITY: () => Math.round((availabilityOf(stitched) ?? leastValue) * availabilityParts),
  };
  return BigInt(values[by]());
}
