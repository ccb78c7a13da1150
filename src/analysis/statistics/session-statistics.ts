import type { Condition } from '../../lists/listing.ts';
import { endSides, type EndSide } from '../../sessions/interruption-codes.ts';
import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import type { StreamSessionState } from '../../sessions/stream-session-view.ts';
import {
  createGroupedSums,
  groupsMax,
  percentile,
  tooManyGroups,
  type GroupValue,
  type Measures,
  type StatisticsAnswer,
  type StatisticsQuestion,
  type SummingRules,
  type TimeWindow,
} from './statistics.ts';

/**
 * Milliseconds between the end of a push and the next one of its stream that still count as the same broadcast.
 * Encoders reconnect after 1 to 30 s, and CSS's times are whole seconds from two nodes.
 */
export const reconnectWithinMs = 60_000;

/** What analyses read of a session. */
export interface SessionSpan {
  readonly state: StreamSessionState;
  readonly startedAtMs: number | null;
  /** For a CLOSED session: as the operator states it. */
  readonly endedAtMs: number | null;
  /** For a session without an interruption: when the next one of its stream began; null if there is none. */
  readonly supersededAtMs: number | null;
  readonly pushDurationMs: number | null;
  readonly endSide: EndSide | null;
  /** From the end of the previous session of its stream, at least 0; NaN if that end was lost. Null: it is no reconnect. */
  readonly reconnectMs: number | null;
  readonly group: readonly GroupValue[];
}

/**
 * When a session stopped pushing, as far as is known: its end, or if the end was lost, the start of the next session of
 * its stream, or an earlier end that an operator states. Infinity while it is LIVE. NaN if unknown.
 */
export function stoppedAtMs({
  state,
  endedAtMs,
  supersededAtMs,
}: Pick<SessionSpan, 'state' | 'endedAtMs' | 'supersededAtMs'>): number {
  if (state === 'LIVE') return Infinity;
  if (state === 'ENDED') return endedAtMs ?? NaN;
  const stoppedMs = Math.min(endedAtMs ?? Infinity, supersededAtMs ?? Infinity);
  return stoppedMs === Infinity ? NaN : stoppedMs;
}

/** The dimensions of session statistics, besides time. */
export const sessionDimensions = [
  'APP_ID',
  'DOMAIN',
  'PATH',
  'STREAM_ID',
  'ACCESS_POINT',
  'END_SIDE',
  'END_CODE',
  'USER_IP',
  'REGION',
  'IDC_ID',
  'WIDTH',
  'HEIGHT',
] as const;
export type SessionDimension = (typeof sessionDimensions)[number];

/** The figures by which rows of session statistics can be ordered. */
export const sessionMeasures = {
  BEGAN: 'began',
  ENDED: 'ended',
  PUSHED: 'pushedMs',
  LONGEST: 'longestMs',
  MEDIAN: 'medianMs',
  P95: 'p95Ms',
  RECONNECTS: 'reconnects',
  RECONNECT_P50: 'reconnectMsP50',
  RECONNECT_P95: 'reconnectMsP95',
} as const satisfies Measures<SessionFigures>;
export type SessionMeasure = keyof typeof sessionMeasures;

export interface SessionStatisticsQuestion extends StatisticsQuestion<
  'streamSessionStatistics',
  StreamSessionField,
  SessionDimension,
  SessionMeasure
> {
  /** Whether to count and time reconnects, which takes nearly as long as everything else. There are none otherwise. */
  readonly wantsReconnects: boolean;
}

/** Figures of the sessions in a window; those of a row cover its own time range and group. */
export interface SessionFigures {
  readonly began: number;
  readonly ended: number;
  readonly pushedMs: number;
  /** Of the sessions that ended; null if none with a known duration did. */
  readonly longestMs: number | null;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly reconnects: number;
  /** Of the reconnects after a session whose end is known; null if there are none. */
  readonly reconnectMsP50: number | null;
  readonly reconnectMsP95: number | null;
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
    const { state, startedAtMs, endedAtMs } = session;
    const group = grouped.groupOf(session.group);
    if (isWithin(startedAtMs)) {
      for (const sums of [total, sumsAt(group, startedAtMs)]) begin(sums, session);
    }
    // Only callbacks say that a push ended, and why: what an operator states bounds the time that it pushed.
    if (state === 'ENDED' && isWithin(endedAtMs)) {
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
  readonly reconnectsMs: number[];
  readonly durationsMs: number[];
  readonly bySide: Map<EndSide, number>;
}

function begin(sums: Sums, { reconnectMs }: SessionSpan): void {
  sums.began += 1;
  if (reconnectMs === null) return;
  sums.reconnects += 1;
  if (!Number.isNaN(reconnectMs)) sums.reconnectsMs.push(reconnectMs);
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
  newSums: () => ({
    began: 0,
    ended: 0,
    pushedMs: 0,
    reconnects: 0,
    reconnectsMs: [],
    durationsMs: [],
    bySide: new Map(),
  }),
  figuresOf({ began, ended, pushedMs, reconnects, reconnectsMs, durationsMs, bySide }) {
    const sorted = Float64Array.from(durationsMs).sort();
    const sortedReconnects = Float64Array.from(reconnectsMs).sort();
    return {
      began,
      ended,
      pushedMs,
      longestMs: sorted.at(-1) ?? null,
      meanMs: sorted.length === 0 ? null : sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
      medianMs: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      reconnects,
      reconnectMsP50: percentile(sortedReconnects, 0.5),
      reconnectMsP95: percentile(sortedReconnects, 0.95),
      interruptions: countsOfSides(bySide),
    };
  },
  measures: sessionMeasures,
};

/** Asks how many sessions were live at each step of a window, and within it. */
export interface ConcurrencyQuestion {
  readonly kind: 'concurrency';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly stepMs: number;
  /** Each combination of their values has a line of its own. Left out: there are no lines. */
  readonly dimensions?: readonly ConcurrencyDimension[];
  readonly linesMax?: number;
}

/** What sessions have in common as long as they are live. */
export type ConcurrencyDimension = Exclude<SessionDimension, 'END_SIDE' | 'END_CODE'>;

/** The window ends no later than the answer was made; points cover only that part. */
export interface ConcurrencyAnswer extends Line {
  readonly window: TimeWindow;
  /** Of the groups, those with the highest peaks first. */
  readonly lines: readonly (Line & { readonly group: readonly GroupValue[] })[];
  /** The number of all groups with a live session. */
  readonly lineCount: number;
}

interface Line {
  readonly points: readonly ConcurrencyPoint[];
  /** The first moment at which the most sessions were live; null if the whole window is in the future. */
  readonly peak: { readonly atMs: number; readonly live: number } | null;
}

/** One step of a window. */
interface ConcurrencyPoint {
  readonly atMs: number;
  /** How many sessions were live at that moment. */
  readonly live: number;
  /** The fewest and the most sessions live at once, from then to the next point. */
  readonly least: number;
  readonly most: number;
}

/**
 * Counts how many sessions were live at the beginning of each step, and within it: of all, and of each group. A session is
 * live from its start until just before its end. @throws LedgerError - OPERATION_TOO_COSTLY: too many groups
 */
export function countConcurrency(
  { window, stepMs, dimensions = [], linesMax = 0 }: Omit<ConcurrencyQuestion, 'kind' | 'condition'>,
  sessions: Iterable<SessionSpan>,
): ConcurrencyAnswer {
  const all = new Changes();
  const groups = new Map<string, { readonly group: readonly GroupValue[]; readonly changes: Changes }>();
  for (const session of sessions) {
    const live = liveIn(window, session);
    if (live === null) continue;
    all.add(live, window);
    if (dimensions.length === 0) continue;
    const key = JSON.stringify(session.group);
    let found = groups.get(key);
    if (found === undefined) groups.set(key, (found = { group: session.group, changes: new Changes() }));
    if (groups.size > groupsMax) throw tooManyGroups();
    found.changes.add(live, window);
  }
  const { fromMs, toMs } = window;
  const lines = [...groups].map(([key, { group, changes }]) => {
    const { peak } = lineOf(window, toMs - fromMs, changes.sorted());
    return { key, group, changes, most: peak?.live ?? 0 };
  });
  const best = lines.sort((one, other) => other.most - one.most || (one.key < other.key ? -1 : 1)).slice(0, linesMax);
  return {
    window,
    ...lineOf(window, stepMs, all.sorted()),
    lines: best.map(({ group, changes }) => ({ group, ...lineOf(window, stepMs, changes.sorted()) })),
    lineCount: groups.size,
  };
}

/** When sessions become live in a window and when they stop. */
class Changes {
  private readonly starts: number[] = [];
  private readonly stops: number[] = [];

  add({ fromMs, toMs }: TimeWindow, window: TimeWindow): void {
    this.starts.push(fromMs);
    if (toMs < window.toMs) this.stops.push(toMs);
  }

  /** Each list in order. */
  sorted(): SortedChanges {
    return [Float64Array.from(this.starts).sort(), Float64Array.from(this.stops).sort()];
  }
}

type SortedChanges = readonly [starts: Float64Array, stops: Float64Array];

/** When a session was live from within a window; null if it was not. */
function liveIn({ fromMs, toMs }: TimeWindow, session: SessionSpan): TimeWindow | null {
  if (session.startedAtMs === null) return null;
  const begunAt = Math.max(session.startedAtMs, fromMs);
  const stoppedAt = stoppedAtMs(session);
  // False also if the end is unknown (NaN).
  return begunAt < toMs && stoppedAt > begunAt ? { fromMs: begunAt, toMs: stoppedAt } : null;
}

function lineOf({ fromMs, toMs }: TimeWindow, stepMs: number, [starts, stops]: SortedChanges): Line {
  const points: ConcurrencyPoint[] = [];
  let [begun, stopped] = [0, 0];
  let peak: ConcurrencyAnswer['peak'] = null;
  /** Counts the sessions live at a moment. Moments must ascend. */
  const liveAt = (atMs: number) => {
    while (begun < starts.length && (starts[begun] ?? 0) <= atMs) begun += 1;
    while (stopped < stops.length && (stops[stopped] ?? 0) <= atMs) stopped += 1;
    const live = begun - stopped;
    if (peak === null || live > peak.live) peak = { atMs, live };
    return live;
  };
  const nextChange = () => Math.min(starts[begun] ?? Infinity, stops[stopped] ?? Infinity);
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const live = liveAt(atMs);
    const nextMs = Math.min(atMs + stepMs, toMs);
    let [least, most] = [live, live];
    for (let at = nextChange(); at < nextMs; at = nextChange()) {
      const count = liveAt(at);
      least = Math.min(least, count);
      most = Math.max(most, count);
    }
    points.push({ atMs, live, least, most });
  }
  return { points, peak };
}
