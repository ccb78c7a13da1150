import { clockText, dayOf } from './times.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** How much time each slot covers. */
export type TimeUnit = 'MINUTE' | 'HOUR' | 'DAY';

/** From the beginning (inclusive) to the end (exclusive), in milliseconds since 1970. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The minutes, hours or days of a zone that a span touches; the first and the last are cut to the span. */
export function slotsOf({ fromMs, toMs }: TimeSpan, unit: TimeUnit, timeZone: string): readonly TimeSpan[] {
  const nextStart = { MINUTE: nextMinuteMs, HOUR: nextHourMs, DAY: nextDayMs }[unit];
  const slots: TimeSpan[] = [];
  for (let startMs = fromMs; startMs < toMs;) {
    const endMs = Math.min(nextStart(startMs, timeZone), toMs);
    slots.push({ fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return slots;
}

/** The beginning of the zone's minute, hour or day that contains a moment. */
export function startOf(ms: number, unit: TimeUnit, timeZone: string): number {
  if (unit === 'MINUTE') return nextMinuteMs(ms) - minuteMs;
  let startMs = nextHourMs(ms, timeZone) - hourMs;
  if (unit === 'HOUR') return startMs;
  while (dayOf(startMs - 1, timeZone) === dayOf(ms, timeZone)) startMs = nextHourMs(startMs - 1, timeZone) - hourMs;
  return startMs;
}

/** Offsets of zones are whole minutes. */
const nextMinuteMs = (ms: number) => (Math.floor(ms / minuteMs) + 1) * minuteMs;

/** In milliseconds, so that a repeated hour counts twice; by the clock of the zone, which may be half an hour off UTC. */
function nextHourMs(ms: number, timeZone: string): number {
  const [, minutes = 0, seconds = 0] = clockText(ms, { language: 'en-GB', timeZone }).split(':').map(Number);
  return ms - minutes * minuteMs - seconds * 1_000 - (ms % 1_000) + hourMs;
}

/** Advances by the hour until the date changes: a day may have 23 or 25 hours, and need not begin at midnight. */
function nextDayMs(ms: number, timeZone: string): number {
  const day = dayOf(ms, timeZone);
  let nextMs = nextHourMs(ms, timeZone);
  while (dayOf(nextMs, timeZone) === day) nextMs = nextHourMs(nextMs, timeZone);
  return nextMs;
}
