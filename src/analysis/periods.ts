/** How time is divided. Weeks begin on Monday (ISO 8601). */
export const periodKinds = ['MINUTE', 'HOUR', 'DAY', 'WEEK'] as const;
export type PeriodKind = (typeof periodKinds)[number];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Days from a Monday to 1970-01-01, which was a Thursday. */
const mondayOffsetDays = 3;

/** Whether time zone data has this name, such as `Europe/Berlin`. Offsets such as `+01:00` are not names. */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    createOffsets(name);
    return true;
  } catch {
    return false;
  }
}

/** An upper bound on the number of periods in a window, known before they are computed. */
export function periodsAtMost(kind: PeriodKind, fromMs: number, toMs: number): number {
  const leastMs = { MINUTE: minuteMs, HOUR: hourMs, DAY: dayMs, WEEK: 7 * dayMs }[kind];
  return Math.ceil((toMs - fromMs) / leastMs) + 1;
}

/**
 * The beginnings of the periods in a window, in order; the first one is the beginning of the window. An hour or minute begins
 * when the clocks of the time zone show a full one, and when they change, so a repeated hour counts twice. A day
 * begins with the first moment of its date, a week with that of its Monday. So a day has 23 or 25 hours if clocks
 * change.
 */
export function periodStarts(kind: PeriodKind, timeZone: string, fromMs: number, toMs: number): readonly number[] {
  const starts = [fromMs];
  const unitMs = { MINUTE: minuteMs, HOUR: hourMs, DAY: dayMs, WEEK: dayMs }[kind];
  const isOfClock = kind === 'MINUTE' || kind === 'HOUR';
  let latest = -Infinity;
  for (const { beginsAt, endsAt, offsetMs } of segmentsOf(createOffsets(timeZone), fromMs, toMs)) {
    if (isOfClock && beginsAt > fromMs) starts.push(beginsAt);
    for (let unit = Math.floor((beginsAt + offsetMs) / unitMs); unit * unitMs - offsetMs < endsAt; unit += 1) {
      // After the first unit, this is the unit's beginning; the first unit may have begun before the segment.
      const startsAt = Math.max(beginsAt, unit * unitMs - offsetMs);
      if (isOfClock) {
        if (startsAt > beginsAt) starts.push(startsAt);
        continue;
      }
      const period = kind === 'DAY' ? unit : Math.floor((unit + mondayOffsetDays) / 7);
      // Clocks that are put back over midnight show a date again, which has already begun.
      if (period > latest && startsAt > fromMs) starts.push(startsAt);
      latest = Math.max(latest, period);
    }
  }
  return starts;
}

/** Hours of some days of each week, as the clocks of a time zone show them. */
export interface WeeklyHours {
  /** As `Date.getUTCDay` counts them: Sunday is 0. */
  readonly weekdays: readonly number[];
  /** Minutes of the day. */
  readonly fromMinute: number;
  /** Exclusive; beyond the end of the day if the hours end on the next one. */
  readonly toMinute: number;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The hours within a window, in order, apart from each other. What clocks skip is in none, what they repeat counts twice. */
export function hoursWithin(
  { weekdays, fromMinute, toMinute }: WeeklyHours,
  timeZone: string,
  { fromMs, toMs }: Span,
): Span[] {
  const found: Span[] = [];
  for (const { beginsAt, endsAt, offsetMs } of segmentsOf(createOffsets(timeZone), fromMs, toMs)) {
    // Those of the day before may go on.
    for (let day = Math.floor((beginsAt + offsetMs) / dayMs) - 1; day * dayMs - offsetMs < endsAt; day += 1) {
      // 1970-01-01 was a Thursday.
      if (!weekdays.includes((((day + 4) % 7) + 7) % 7)) continue;
      const from = Math.max(beginsAt, day * dayMs + fromMinute * minuteMs - offsetMs);
      const to = Math.min(endsAt, day * dayMs + toMinute * minuteMs - offsetMs);
      const last = found.at(-1);
      if (from >= to) continue;
      if (last === undefined || from > last.toMs) found.push({ fromMs: from, toMs: to });
      else found[found.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, to) };
    }
  }
  return found;
}

/** A part of a window in which the offset from UTC does not change. */
interface Segment {
  readonly beginsAt: number;
  readonly endsAt: number;
  readonly offsetMs: number;
}

function* segmentsOf(offsetAt: (atMs: number) => number, fromMs: number, toMs: number): Generator<Segment> {
  let [beginsAt, offsetMs] = [fromMs, offsetAt(fromMs)];
  for (let atMs = fromMs; atMs < toMs; atMs += dayMs) {
    const nextMs = Math.min(atMs + dayMs, toMs);
    const nextOffsetMs = offsetAt(nextMs);
    if (nextOffsetMs === offsetMs) continue;
    const changedAt = firstWith(nextOffsetMs, offsetAt, atMs, nextMs);
    if (changedAt > beginsAt) yield { beginsAt, endsAt: changedAt, offsetMs };
    [beginsAt, offsetMs] = [changedAt, nextOffsetMs];
  }
  if (beginsAt < toMs) yield { beginsAt, endsAt: toMs, offsetMs };
}

/** The first moment with an offset. No time zone changes its clocks twice within a day. */
function firstWith(offsetMs: number, offsetAt: (atMs: number) => number, without: number, withIt: number): number {
  let [before, after] = [without, withIt];
  while (after - before > 1) {
    const between = Math.floor((before + after) / 2);
    if (offsetAt(between) === offsetMs) after = between;
    else before = between;
  }
  return after;
}

/** Milliseconds by which the clocks of a time zone are ahead of UTC at a moment. @throws RangeError - no such time zone */
export function createOffsets(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const shown = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const part = (name: string) => Number(shown[name]);
    const year = shown['era'] === 'BC' ? 1 - part('year') : part('year');
    const local = new Date(0);
    // Date.UTC would read the years 0 to 99 as 1900 to 1999.
    local.setUTCFullYear(year, part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() - Math.floor(atMs / 1_000) * 1_000;
  };
}
