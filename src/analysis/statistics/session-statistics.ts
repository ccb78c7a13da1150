import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import type { StatisticsAnswer, StatisticsQuestion } from './statistics.ts';
import { endSides, type EndSide } from '../../sessions/interruption-codes.ts';
import { createGroupedSums, percentile, type SummingRules } from '../grouped-sums.ts';
import { stoppedAtMs, type SessionSpan } from '../session-span.ts';

/** The dimensions of session statistics, besides time. */
export const sessionDimensions = ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID', 'NODE', 'END_SIDE', 'END_CODE'] as const;
export type SessionDimension = (typeof sessionDimensions)[number];

/** The measures by which rows of session statistics can be ordered, besides their group. */
export type SessionMeasure = 'BEGAN' | 'ENDED' | 'PUSHED' | 'LONGEST' | 'MEDIAN' | 'P95' | 'RECONNECTS';

export interface SessionStatisticsQuestion extends StatisticsQuestion<
  'streamSessionStatistics',
  StreamSessionField,
  SessionDimension,
  SessionMeasure
> {
  /** Whether to count reconnects, which takes nearly as long as everything else. They are 0 otherwise. */
  readonly wantsReconnects: boolean;
}

/** Figures of the sessions in a window; those of a row cover its own time range and group. */
export interface SessionFigures {
  readonly began: number;
  readonly ended: number;
  readonly pushedMs: number;
  /** Of the sessions that ended; null if none with a known duration did. */
  readonly longestMs: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly reconnects: number;
  readonly interruptions: readonly SideCount[];
}

/** How many sessions one side ended. */
export interface SideCount {
  readonly side: EndSide;
  readonly sessions: number;
}

/**
 * Sums sessions; see `docs/api.md` for what each contributes. @throws LedgerError - OPERATION_TOO_COSTLY: too many
 * groups
 */
export function sumSessionStatistics(
  question: SessionStatisticsQuestion,
  sessions: Iterable<SessionSpan>,
): StatisticsAnswer<SessionFigures> {
  const { fromMs, toMs } = question.window;
  const grouped = createGroupedSums<Sums, SessionFigures, SessionMeasure>(question, rules);
  const { total, isWithin, sumsAt } = grouped;
  for (const session of sessions) {
    const { startedAtMs, endedAtMs } = session;
    const group = grouped.groupOf(session.group);
    if (isWithin(startedAtMs)) {
      for (const sums of [total, sumsAt(group, startedAtMs)]) begin(sums, session);
    }
    if (isWithin(endedAtMs)) {
      for (const sums of [total, sumsAt(group, endedAtMs)]) end(sums, session);
    }
    if (startedAtMs === null) continue;
    const begunAt = Math.max(startedAtMs, fromMs);
    const stoppedAt = Math.min(stoppedAtMs(session), toMs);
    // False also if the end is unknown (NaN).
    if (!(stoppedAt > begunAt)) continue;
    total.pushedMs += stoppedAt - begunAt;
    grouped.addTime(group, { fromMs: begunAt, toMs: stoppedAt }, (sums, ms) => (sums.pushedMs += ms));
  }
  return grouped.answer();
}

interface Sums {
  began: number;
  ended: number;
  pushedMs: number;
  reconnects: number;
  readonly durationsMs: number[];
  readonly bySide: Map<EndSide, number>;
}

function begin(sums: Sums, { isReconnect }: SessionSpan): void {
  sums.began += 1;
  if (isReconnect) sums.reconnects += 1;
}

function end(sums: Sums, { startedAtMs, endedAtMs, pushDurationMs, endSide }: SessionSpan): void {
  sums.ended += 1;
  countSide(sums.bySide, endSide);
  const durationMs = pushDurationMs ?? (startedAtMs === null || endedAtMs === null ? -1 : endedAtMs - startedAtMs);
  // If the end precedes the start, one of them is wrong.
  if (durationMs >= 0) sums.durationsMs.push(durationMs);
}

/** Counts a session that this side ended; null counts as unknown. */
export function countSide(bySide: Map<EndSide, number>, endSide: EndSide | null): void {
  const side = endSide ?? 'UNKNOWN';
  bySide.set(side, (bySide.get(side) ?? 0) + 1);
}

/** How many sessions each side ended, in the order of `endSides`; sides that ended none are left out. */
export function countsOfSides(bySide: ReadonlyMap<EndSide, number>): readonly SideCount[] {
  return endSides.flatMap((side) => {
    const sessions = bySide.get(side);
    return sessions === undefined ? [] : [{ side, sessions }];
  });
}

const rules: SummingRules<Sums, SessionFigures, SessionMeasure> = {
  newSums: () => ({ began: 0, ended: 0, pushedMs: 0, reconnects: 0, durationsMs: [], bySide: new Map() }),
  figuresOf({ began, ended, pushedMs, reconnects, durationsMs, bySide }) {
    const sorted = Float64Array.from(durationsMs).sort();
    return {
      began,
      ended,
      pushedMs,
      longestMs: sorted.at(-1) ?? null,
      medianMs: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      reconnects,
      interruptions: countsOfSides(bySide),
    };
  },
  measures: {
    BEGAN: ({ began }) => began,
    ENDED: ({ ended }) => ended,
    PUSHED: ({ pushedMs }) => pushedMs,
    LONGEST: ({ longestMs }) => longestMs,
    MEDIAN: ({ medianMs }) => medianMs,
    P95: ({ p95Ms }) => p95Ms,
    RECONNECTS: ({ reconnects }) => reconnects,
  },
};
