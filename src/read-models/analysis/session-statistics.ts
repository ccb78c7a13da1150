import { endSides, type EndSide } from '../../domain/stream-session/interruption-codes.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { periodStarts } from './periods.ts';
import type {
  GroupValue,
  SessionFigures,
  SessionMeasure,
  SessionStatisticsAnswer,
  SessionStatisticsQuestion,
  SessionStatisticsRow,
} from './questions.ts';
import { stoppedAtMs, type SessionSpan } from './session-span.ts';

/** Rows of one answer before the best are chosen: some 25 MB, and 50 streams by the hour for a month. */
export const groupsMax = 50_000;

export interface SessionStatisticsSum {
  /** @throws LedgerError - OPERATION_TOO_COSTLY: too many groups */
  add(session: SessionSpan): void;
  answer(): SessionStatisticsAnswer;
}

/** Sums sessions up; see `docs/api.md` for what each contributes. */
export function sumSessionStatistics(question: SessionStatisticsQuestion): SessionStatisticsSum {
  const { window, period, timeZone, order, rowsMax } = question;
  const { fromMs, toMs } = window;
  const isEmpty = fromMs >= toMs;
  const starts = isEmpty || period === null ? [fromMs] : periodStarts(period, timeZone, fromMs, toMs);
  const total = newSums();
  const groups = new Map<GroupValue, Group>();
  let groupCount = 0;

  const groupOf = (values: readonly GroupValue[]): Group => {
    const key = values.length === 1 ? (values[0] ?? null) : JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { values, byPeriod: new Map() }));
    return group;
  };
  const sumsOf = ({ byPeriod }: Group, index: number): Sums => {
    let sums = byPeriod.get(index);
    if (sums === undefined) {
      groupCount += 1;
      if (groupCount > groupsMax) throw tooManyGroups();
      byPeriod.set(index, (sums = newSums()));
    }
    return sums;
  };
  const periodAt = (atMs: number) => lastAtOrBefore(starts, atMs);
  const isWithin = (atMs: number | null): atMs is number => atMs !== null && atMs >= fromMs && atMs < toMs;

  return {
    add(session) {
      const { startedAtMs, endedAtMs } = session;
      const group = groupOf(session.group);
      if (isWithin(startedAtMs)) {
        for (const sums of [total, sumsOf(group, periodAt(startedAtMs))]) begin(sums, session);
      }
      if (isWithin(endedAtMs)) {
        for (const sums of [total, sumsOf(group, periodAt(endedAtMs))]) end(sums, session);
      }
      if (startedAtMs === null) return;
      const begunAt = Math.max(startedAtMs, fromMs);
      const stoppedAt = Math.min(stoppedAtMs(session), toMs);
      // False also where the end is not known.
      if (!(stoppedAt > begunAt)) return;
      total.pushedMs += stoppedAt - begunAt;
      let at = begunAt;
      for (let index = periodAt(begunAt); at < stoppedAt; index += 1) {
        const until = Math.min(starts[index + 1] ?? toMs, stoppedAt);
        sumsOf(group, index).pushedMs += until - at;
        at = until;
      }
    },
    answer() {
      const rows = [...groups.values()].flatMap(({ values, byPeriod }) =>
        [...byPeriod].map(([index, sums]): SessionStatisticsRow => ({
          window: { fromMs: starts[index] ?? fromMs, toMs: starts[index + 1] ?? toMs },
          group: values,
          ...figuresOf(sums),
        })),
      );
      const sorted = rows.sort(comparison(order));
      return { window, rows: sorted.slice(0, rowsMax), rowCount: rows.length, total: figuresOf(total) };
    },
  };
}

interface Group {
  readonly values: readonly GroupValue[];
  /** By the index of the period. */
  readonly byPeriod: Map<number, Sums>;
}

interface Sums {
  began: number;
  ended: number;
  pushedMs: number;
  reconnects: number;
  readonly durationsMs: number[];
  readonly bySide: Map<EndSide, number>;
}

function newSums(): Sums {
  return { began: 0, ended: 0, pushedMs: 0, reconnects: 0, durationsMs: [], bySide: new Map() };
}

function begin(sums: Sums, { isReconnect }: SessionSpan): void {
  sums.began += 1;
  if (isReconnect) sums.reconnects += 1;
}

function end(sums: Sums, { startedAtMs, endedAtMs, pushDurationMs, endSide }: SessionSpan): void {
  sums.ended += 1;
  const side = endSide ?? 'UNKNOWN';
  sums.bySide.set(side, (sums.bySide.get(side) ?? 0) + 1);
  const durationMs = pushDurationMs ?? (startedAtMs === null || endedAtMs === null ? -1 : endedAtMs - startedAtMs);
  // An end before the start says that one of them is wrong.
  if (durationMs >= 0) sums.durationsMs.push(durationMs);
}

function figuresOf({ began, ended, pushedMs, reconnects, durationsMs, bySide }: Sums): SessionFigures {
  const sorted = Float64Array.from(durationsMs).sort();
  return {
    began,
    ended,
    pushedMs,
    longestMs: sorted.at(-1) ?? null,
    medianMs: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    reconnects,
    interruptions: endSides.flatMap((side) => {
      const sessions = bySide.get(side);
      return sessions === undefined ? [] : [{ side, sessions }];
    }),
  };
}

/** By nearest rank: the least value that is not less than so great a part of all; null where there are none. */
function percentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.ceil(part * sorted.length) - 1] ?? null;
}

/** The index of the last start that is not after a moment. */
function lastAtOrBefore(starts: readonly number[], atMs: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

const measures = {
  BEGAN: ({ began }) => began,
  ENDED: ({ ended }) => ended,
  PUSHED: ({ pushedMs }) => pushedMs,
  LONGEST: ({ longestMs }) => longestMs,
  MEDIAN: ({ medianMs }) => medianMs,
  P95: ({ p95Ms }) => p95Ms,
  RECONNECTS: ({ reconnects }) => reconnects,
} as const satisfies Record<Exclude<SessionMeasure, 'GROUP'>, (figures: SessionFigures) => number | null>;

/** Equal ones by their group, always ascending, so that the order is the same each time. */
function comparison({ by, descending }: SessionStatisticsQuestion['order']) {
  return (one: SessionStatisticsRow, other: SessionStatisticsRow): number => {
    const compared = by === 'GROUP' ? compareGroups(one, other) : compareValues(measures[by](one), measures[by](other));
    if (compared !== 0) return descending ? -compared : compared;
    return compareGroups(one, other);
  };
}

function compareGroups(one: SessionStatisticsRow, other: SessionStatisticsRow): number {
  const byTime = one.window.fromMs - other.window.fromMs;
  if (byTime !== 0) return byTime;
  for (const [index, value] of one.group.entries()) {
    const compared = compareValues(value, other.group[index] ?? null);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** Those of one column are of one type. A missing value is less than any other. */
function compareValues(one: GroupValue, other: GroupValue): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}

function tooManyGroups(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `The statistics have more than ${groupsMax} rows. Group by less, by longer periods, or filter.`,
  );
}
