import { clockText, dayOf } from '../../format/times.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** The times to choose from. `stepMs`: how far the time moves at once, so that within it the same question is asked again. */
export const timeWindows = {
  '24h': { durationMs: dayMs, unit: 'HOUR', stepMs: minuteMs },
  '7d': { durationMs: 7 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
  '30d': { durationMs: 30 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
} as const;

export type TimeWindowName = keyof typeof timeWindows;

/** How much time each bar covers. */
export type TimeUnit = (typeof timeWindows)[TimeWindowName]['unit'];

/** From the beginning until before the end, in milliseconds since 1970. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export const timeWindowNames = Object.keys(timeWindows) as readonly TimeWindowName[];

/** The window that an address names; a day where it names none. */
export function timeWindowOf(param: string | null): TimeWindowName {
  return timeWindowNames.find((name) => name === param) ?? '24h';
}

/** The window that ends now, at the next whole step. */
export function spanOf(name: TimeWindowName, nowMs: number): TimeSpan {
  const { durationMs, stepMs } = timeWindows[name];
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: toMs - durationMs, toMs };
}

/** The hours or days of a zone that a span touches; the first and the last one are cut to it. */
export function slotsOf({ fromMs, toMs }: TimeSpan, unit: TimeUnit, timeZone: string): readonly TimeSpan[] {
  const nextStart = unit === 'DAY' ? nextDayMs : nextHourMs;
  const slots: TimeSpan[] = [];
  for (let startMs = fromMs; startMs < toMs;) {
    const endMs = Math.min(nextStart(startMs, timeZone), toMs);
    slots.push({ fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return slots;
}

/** By milliseconds, so that an hour that is repeated is two; by the clock of the zone, which may be half an hour off. */
function nextHourMs(ms: number, timeZone: string): number {
  const [, minutes = 0, seconds = 0] = clockText(ms, { language: 'en-GB', timeZone }).split(':').map(Number);
  return ms - minutes * minuteMs - seconds * 1_000 - (ms % 1_000) + hourMs;
}

/** Hour by hour until the date is another one: a day may have 23 or 25, and need not begin at midnight. */
function nextDayMs(ms: number, timeZone: string): number {
  const day = dayOf(ms, timeZone);
  let nextMs = nextHourMs(ms, timeZone);
  while (dayOf(nextMs, timeZone) === day) nextMs = nextHourMs(nextMs, timeZone);
  return nextMs;
}
