import { startOf, type TimeSpan, type TimeUnit } from '../../format/slots.ts';
import { dayOf, momentInZone } from '../../format/times.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Periods that end now, and those of the calendar; the weeks begin on Monday. */
export const rollingPeriods = ['24h', '7d', '30d'] as const;
export const calendarPeriods = ['today', 'yesterday', 'week', 'lastWeek', 'month', 'lastMonth'] as const;
export type PeriodName = (typeof rollingPeriods)[number] | (typeof calendarPeriods)[number];

/** A time that a view is about, and the time before it, to compare. */
export interface Period {
  /** Null: a time of its own, to the minute. */
  readonly name: PeriodName | null;
  /** What names it in an address. */
  readonly param: string;
  readonly span: TimeSpan;
  readonly before: TimeSpan;
  /** Whether it lies in the past. Otherwise it ends now, and its last bar is partial. */
  readonly isOver: boolean;
  /** How much time each bar covers. */
  readonly unit: TimeUnit;
}

/** Days that a period may have: what a year needs is no answer of two seconds, and no table of days. */
export const periodDaysMax = 92;

/** Milliseconds up to which a period has a bar for each minute, or for each hour; with more, bars would be too narrow. */
const barsMs = { minutes: 3 * hourMs, hours: 50 * hourMs } as const;

/** The period that an address names: a name, or `from/to`. If it names none, the last day. */
export function periodOf(param: string | null, nowMs: number, timeZone: string): Period {
  const name = [...rollingPeriods, ...calendarPeriods].find((each) => each === param) ?? null;
  const own = name === null ? spanOfParam(param, nowMs) : null;
  if (own !== null) {
    const before = { fromMs: 2 * own.fromMs - own.toMs, toMs: own.fromMs };
    return { name: null, param: paramOfSpan(own), span: own, before, isOver: own.toMs <= nowMs, unit: unitOf(own) };
  }
  const known = name ?? '24h';
  const spans = isRolling(known) ? rollingSpans(known, nowMs, timeZone) : calendarSpans(known, nowMs, timeZone);
  return { name: known, param: known, ...spans, unit: known === '7d' ? 'DAY' : unitOf(spans.span) };
}

/** What names a time in an address, to the minute. */
export function paramOfSpan({ fromMs, toMs }: TimeSpan): string {
  return [fromMs, toMs].map((ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`).join('/');
}

/** The nearest whole minutes, if a time has any, is not in the future, and is short enough; otherwise null. */
export function periodSpanOf({ fromMs, toMs }: TimeSpan, nowMs: number): TimeSpan | null {
  const whole = (ms: number) => Math.round(ms / minuteMs) * minuteMs;
  const span = { fromMs: whole(fromMs), toMs: Math.min(whole(toMs), Math.ceil(nowMs / minuteMs) * minuteMs) };
  return span.fromMs < span.toMs && span.toMs - span.fromMs <= periodDaysMax * dayMs ? span : null;
}

function spanOfParam(param: string | null, nowMs: number): TimeSpan | null {
  const [from, to] = (param ?? '').split('/').map((text) => Date.parse(text));
  return from === undefined || to === undefined ? null : periodSpanOf({ fromMs: from, toMs: to }, nowMs);
}

function unitOf({ fromMs, toMs }: TimeSpan): TimeUnit {
  if (toMs - fromMs <= barsMs.minutes) return 'MINUTE';
  return toMs - fromMs <= barsMs.hours ? 'HOUR' : 'DAY';
}

type Spans = Pick<Period, 'span' | 'before' | 'isOver'>;

const isRolling = (name: PeriodName): name is (typeof rollingPeriods)[number] =>
  rollingPeriods.some((each) => each === name);

/** The step in which a period moves on, so that the same query is repeated within a step. */
const rolling = {
  '24h': { durationMs: dayMs, unit: 'HOUR', stepMs: minuteMs },
  '7d': { durationMs: 7 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
  '30d': { durationMs: 30 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
} as const;

/** It ends now, at the next whole step, and begins on a whole hour or day of the zone, so that only its last bar is partial. */
function rollingSpans(name: (typeof rollingPeriods)[number], nowMs: number, timeZone: string): Spans {
  const { durationMs, unit, stepMs } = rolling[name];
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  const fromMs = startOf(toMs - durationMs, unit, timeZone);
  return { span: { fromMs, toMs }, before: { fromMs: 2 * fromMs - toMs, toMs: fromMs }, isOver: false };
}

/** A period that is not over is compared with as much of the one before. */
function calendarSpans(name: (typeof calendarPeriods)[number], nowMs: number, timeZone: string): Spans {
  const starts = startsOf(name, dayOf(nowMs, timeZone)).map((day) => dayStart(day, timeZone));
  const [beforeMs = nowMs, fromMs = nowMs, endMs = nowMs] = starts;
  // The end of the minute that has begun: at midnight itself, a day that has begun is not empty.
  const toMs = Math.min(endMs, (Math.floor(nowMs / minuteMs) + 1) * minuteMs);
  const isOver = toMs === endMs;
  return {
    span: { fromMs, toMs },
    before: { fromMs: beforeMs, toMs: isOver ? fromMs : Math.min(fromMs, beforeMs + toMs - fromMs) },
    isOver,
  };
}

/** The first days of the period before, of the period, and of the one after it. */
function startsOf(name: (typeof calendarPeriods)[number], today: string): readonly string[] {
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const monday = day - ((new Date(today).getUTCDay() + 6) % 7);
  const dayOfMonth = (n: number) => isoDay(year, month, n);
  const steps = [-1, 0, 1];
  switch (name) {
    case 'today':
      return steps.map((step) => dayOfMonth(day + step));
    case 'yesterday':
      return steps.map((step) => dayOfMonth(day - 1 + step));
    case 'week':
      return steps.map((step) => dayOfMonth(monday + 7 * step));
    case 'lastWeek':
      return steps.map((step) => dayOfMonth(monday - 7 + 7 * step));
    case 'month':
      return steps.map((step) => isoDay(year, month + step, 1));
    case 'lastMonth':
      return steps.map((step) => isoDay(year, month - 1 + step, 1));
  }
}

/** Days and months beyond their ends go on in the next ones. */
const isoDay = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

/** By noon, which every day has: some have no midnight. */
function dayStart(day: string, timeZone: string): number {
  return startOf(momentInZone(day, '12:00:00', timeZone) ?? 0, 'DAY', timeZone);
}
