import type { EndSide } from '../../domain/stream-session/interruption-codes.ts';
import type { Condition, ListOrder } from '../listing.ts';
import { stoppedAtMs, type SessionSpan } from './session-span.ts';
import { countSide, countsOfSides, type SideCount } from './session-statistics.ts';
import { sortedPage, type Keyed, type SortedPage, type SortedPageRequest } from './sorted-page.ts';
import type { TimeWindow } from './statistics.ts';

/** What broadcasts can be filtered by: what all sessions of a stream have in common. */
export const broadcastFields = ['appId', 'domain', 'path', 'streamId'] as const;
export type BroadcastField = (typeof broadcastFields)[number];

/** What broadcasts are listed by; those without a value are before all others. */
export type BroadcastOrder = 'STARTED_AT' | 'DURATION' | 'RECONNECTS' | 'LONGEST_GAP' | 'AVAILABILITY';

/** Asks for a page of the broadcasts with a session in a window: sessions of one stream, stitched over gaps. */
export interface BroadcastsQuestion extends SortedPageRequest {
  readonly kind: 'broadcasts';
  readonly condition: Condition<BroadcastField>;
  readonly window: TimeWindow;
  readonly gapMsMax: number;
  readonly order: ListOrder<BroadcastOrder>;
  /** Whether `sequences` are of interest. They are empty otherwise. */
  readonly wantsSequences: boolean;
}

/** A session of a stream, in the order of the stream. */
export interface StreamSpan extends Pick<SessionSpan, 'state' | 'endedAtMs' | 'endSide'> {
  /** When it began; where that is not known, its end or first arrival, whichever is earlier. */
  readonly orderedAtMs: number;
  readonly sequence: string;
  readonly firstPosition: string;
}

/** The names of a stream, and sessions of it in their order, without any left out in between. */
export interface StreamRun extends Readonly<Record<BroadcastField, string>> {
  readonly sessions: readonly StreamSpan[];
}

/** Sessions of one stream, each of which began soon after the one before it had ended. */
export interface Broadcast extends Readonly<Record<BroadcastField, string>> {
  readonly startedAtMs: number;
  /** Null: not yet, or at an unknown time. */
  readonly endedAtMs: number | null;
  readonly isLive: boolean;
  /** Until the end of the window where it is live; null where the end is not known. */
  readonly durationMs: number | null;
  readonly sessionCount: number;
  readonly reconnects: number;
  readonly longestGapMs: number;
  /** The part of the duration in which it was pushed, 0 to 1. */
  readonly availability: number | null;
  /** What ended the sessions before each reconnect. */
  readonly causes: readonly SideCount[];
  /** Of its newest sessions, the newest first. */
  readonly sequences: readonly string[];
}

/** A page of broadcasts; the key has the first event of the first session. */
export type BroadcastsAnswer = SortedPage<Broadcast>;

/** Sequences of one broadcast that are answered. */
export const broadcastSequencesMax = 100;

/** When a session stopped pushing, by the one after it in its stream. NaN where nobody can say. */
export function stoppedBefore(session: StreamSpan, next: StreamSpan | undefined): number {
  const { state, endedAtMs } = session;
  return stoppedAtMs({ state, endedAtMs, supersededAtMs: next?.orderedAtMs ?? null });
}

/** Whether a session continues the broadcast of the one before it in its stream. */
export function continues(session: StreamSpan, before: StreamSpan, gapMsMax: number): boolean {
  return session.orderedAtMs - stoppedBefore(before, session) <= gapMsMax;
}

/** Whether a session began in a window, or pushed in it. */
export function touches(session: StreamSpan, next: StreamSpan | undefined, { fromMs, toMs }: TimeWindow): boolean {
  const { orderedAtMs } = session;
  return orderedAtMs < toMs && (orderedAtMs >= fromMs || stoppedBefore(session, next) > fromMs);
}

/** Stitches the sessions of streams, and answers the page. */
export function listBroadcasts(question: BroadcastsQuestion, streams: Iterable<StreamRun>): BroadcastsAnswer {
  const all: Keyed<Stitched>[] = [];
  for (const stream of streams) {
    for (const row of stitch(question, stream)) {
      all.push({ row, key: [keyOf(row, question.order.by), row.first.firstPosition] });
    }
  }
  const page = sortedPage(all, question);
  const { wantsSequences } = question;
  return { ...page, rows: page.rows.map(({ row, key }) => ({ row: shown(row, wantsSequences), key })) };
}

/** A broadcast that is being stitched. */
interface Stitched {
  readonly stream: StreamRun;
  readonly first: StreamSpan;
  readonly sessions: StreamSpan[];
  readonly causes: Map<EndSide, number>;
  gapsMs: number;
  longestGapMs: number;
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
      const gapMs = Math.max(0, session.orderedAtMs - stoppedBefore(before, session));
      current.gapsMs += gapMs;
      current.longestGapMs = Math.max(current.longestGapMs, gapMs);
      countSide(current.causes, before.endSide);
    } else {
      current = newStitched(stream, session);
      found.push(current);
    }
    current.sessions.push(session);
    current.isTouched ||= touches(session, next, window);
    current.stoppedAtMs = stoppedBefore(session, next);
    const endMs = current.stoppedAtMs === Infinity ? Math.max(window.toMs, session.orderedAtMs) : current.stoppedAtMs;
    current.durationMs = Number.isNaN(endMs) ? null : Math.max(0, endMs - current.first.orderedAtMs);
  }
  return found.filter(({ isTouched }) => isTouched);
}

function newStitched(stream: StreamRun, first: StreamSpan): Stitched {
  return {
    stream,
    first,
    sessions: [],
    causes: new Map(),
    gapsMs: 0,
    longestGapMs: 0,
    isTouched: false,
    stoppedAtMs: NaN,
    durationMs: null,
  };
}

function availabilityOf({ durationMs, gapsMs }: Stitched): number | null {
  if (durationMs === null) return null;
  return durationMs === 0 ? 1 : Math.max(0, 1 - gapsMs / durationMs);
}

function shown(stitched: Stitched, wantsSequences: boolean): Broadcast {
  const { stream, first, sessions, causes, longestGapMs, durationMs, stoppedAtMs: stoppedMs } = stitched;
  const { appId, domain, path, streamId } = stream;
  return {
    appId,
    domain,
    path,
    streamId,
    startedAtMs: first.orderedAtMs,
    endedAtMs: Number.isFinite(stoppedMs) ? stoppedMs : null,
    isLive: stoppedMs === Infinity,
    durationMs,
    sessionCount: sessions.length,
    reconnects: sessions.length - 1,
    longestGapMs,
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

/** Less than any value: sorts broadcasts without one. */
const leastValue = -1;

/** Availability in whole billionths: keys are whole numbers. */
const availabilityParts = 1e9;

function keyOf(stitched: Stitched, by: BroadcastOrder): string {
  const values = {
    STARTED_AT: () => stitched.first.orderedAtMs,
    DURATION: () => stitched.durationMs ?? leastValue,
    RECONNECTS: () => stitched.sessions.length - 1,
    LONGEST_GAP: () => stitched.longestGapMs,
    AVAILABILITY: () => Math.round((availabilityOf(stitched) ?? leastValue) * availabilityParts),
  };
  return String(values[by]());
}
