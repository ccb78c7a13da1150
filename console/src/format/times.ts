/** How to show a time relative to now. Both are milliseconds since 1970. */
export type ShownTime =
  { readonly kind: 'ago'; readonly agoMs: number } | { readonly kind: 'clock' } | { readonly kind: 'date' };

const hourMs = 3_600_000;

/** Milliseconds by which another machine's clock may be ahead of ours and still show "now". */
const aheadMsMax = 60_000;

/** Relative for an hour, then the clock on the same day of the zone, then with the date. */
export function shownTimeOf(atMs: number, nowMs: number, timeZone: string): ShownTime {
  const agoMs = nowMs - atMs;
  if (agoMs >= -aheadMsMax && agoMs < hourMs) return { kind: 'ago', agoMs: Math.max(0, agoMs) };
  return isSameDay(atMs, nowMs, timeZone) ? { kind: 'clock' } : { kind: 'date' };
}

/** Whether two moments are on the same day of the zone. */
export function isSameDay(oneMs: number, otherMs: number, timeZone: string): boolean {
  return dayOf(oneMs, timeZone) === dayOf(otherMs, timeZone);
}

/** The day in the zone, as 2026-11-21. */
export function dayOf(atMs: number, timeZone: string): string {
  return formatter('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(atMs);
}

/**
 * The moment at which the clocks of a zone show this day and time, such as 2026-11-21 and 20:10:32; null if there is no
 * such day or time.
 */
export function momentInZone(day: string, clock: string, timeZone: string): number | null {
  const asUtc = Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset at the moment itself may differ from that at the same clock time in UTC, if clocks change.
  return asUtc - aheadMs(asUtc - aheadMs(asUtc, timeZone), timeZone);
}

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
function aheadMs(atMs: number, timeZone: string): number {
  const clock = clockText(atMs, { language: 'en-GB', timeZone });
  return Date.parse(`${dayOf(atMs, timeZone)}T${clock}Z`) - Math.floor(atMs / 1_000) * 1_000;
}

export interface TimeStyle {
  readonly language: string;
  readonly timeZone: string;
}

/** 20:10:32 */
export function clockText(atMs: number, { language, timeZone }: TimeStyle, withSeconds = true): string {
  const seconds = withSeconds ? ({ second: '2-digit' } as const) : {};
  return formatter(language, { timeZone, hour: '2-digit', minute: '2-digit', ...seconds, hourCycle: 'h23' }).format(
    atMs,
  );
}

/** 21 Nov, with the year if it is not the current one. */
export function dateText(atMs: number, { language, timeZone }: TimeStyle, nowMs: number): string {
  const isThisYear = dayOf(atMs, timeZone).slice(0, 4) === dayOf(nowMs, timeZone).slice(0, 4);
  return formatter(language, {
    timeZone,
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
  }).format(atMs);
}

/** A time in full, with its zone: 2026-11-21 20:10:32.250 GMT+8. */
export function fullTimeText(atMs: number, { language, timeZone }: TimeStyle): string {
  const zone = formatter(language, { timeZone, timeZoneName: 'short' })
    .formatToParts(atMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const clock = formatter('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(atMs);
  return `${dayOf(atMs, timeZone)} ${clock} ${zone ?? timeZone}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Cached: formatters are few, and slow to make. */
function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(language, options);
  formatters.set(key, known);
  return known;
}
