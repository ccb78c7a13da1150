import { serverNow } from '../api/server-clock.ts';
import { languageTag, t } from '../translations/translate.ts';
import { durationParts } from './durations.ts';
import { clockText, dateText, fullTimeText, isSameDay, shownTimeOf, type TimeStyle } from './times.ts';
import { timeZone } from './zone.ts';

const style = (): TimeStyle => ({ language: languageTag(), timeZone: timeZone.get() });

/** 2 h 14 min */
export function showDuration(durationMs: number): string {
  return durationParts(durationMs)
    .map(([n, unit]) => t(`units.${unit}`, { n }))
    .join(' ');
}

function showLargestUnit(durationMs: number): string {
  const [n, unit] = durationParts(durationMs)[0] ?? ([0, 's'] as const);
  return t(`units.${unit}`, { n });
}

/** "4 min ago" for an hour, then the clock, then the date and the clock. */
export function showTime(at: string, nowMs: number): string {
  const atMs = Date.parse(at);
  const shown = shownTimeOf(atMs, nowMs, timeZone.get());
  if (shown.kind === 'ago')
    return shown.agoMs < 1_000 ? t('now') : t('ago', { duration: showLargestUnit(shown.agoMs) });
  return shown.kind === 'clock'
    ? clockText(atMs, style())
    : `${dateText(atMs, style(), nowMs)} ${clockText(atMs, style())}`;
}

/** The clock: 20:10:32, or 20:10. */
export function showClock(at: string | number, withSeconds = true): string {
  return clockText(typeof at === 'number' ? at : Date.parse(at), style(), withSeconds);
}

/** 21 Nov */
export function showDate(at: string | number): string {
  return dateText(typeof at === 'number' ? at : Date.parse(at), style(), serverNow());
}

/** 21 Nov 20:10:32, always with the date: for sentences that are sent to others. */
export function showDateAndClock(at: string | number): string {
  return `${showDate(at)} ${showClock(at)}`;
}

/** 21 Nov 20:10: for what begins or ends on a whole minute. */
export function showDateAndMinute(at: string | number): string {
  return `${showDate(at)} ${showClock(at, false)}`;
}

/** The clock, with the date if the moment beside it is on another day or unknown. */
export function showClockBeside(atMs: number, besideMs: number | null): string {
  return besideMs !== null && isSameDay(atMs, besideMs, timeZone.get()) ? showClock(atMs) : showDateAndClock(atMs);
}

/** To the millisecond, with the zone. */
export function showFullTime(at: string): string {
  return fullTimeText(Date.parse(at), style());
}

export function showNumber(n: number): string {
  return n.toLocaleString(languageTag());
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 9.7 MB */
export function showBytes(bytes: number): string {
  const power = Math.min(byteUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const form = { style: 'unit', unit: byteUnits[power] ?? 'byte', maximumFractionDigits: 1 } as const;
  return (bytes / 1_000 ** power).toLocaleString(languageTag(), form);
}

const hourMs = 3_600_000;

/** 12.5 h: durations of days and hours can't be compared at a glance. */
export function showHours(durationMs: number): string {
  return t('units.h', { n: showNumber(Math.round((durationMs / hourMs) * 10) / 10) });
}

/** 12.5: hours below a heading with the unit, aligned at one decimal. A smaller value is not shown as 0. */
export function showHoursOnly(durationMs: number): string {
  if (durationMs === 0) return '–';
  const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const shown = (hours: number) => hours.toLocaleString(languageTag(), tenths);
  return durationMs < hourMs / 20 ? `<${shown(0.1)}` : shown(durationMs / hourMs);
}

/** 12.5 % */
export function showShare(share: number): string {
  return share.toLocaleString(languageTag(), { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 });
}

/** +12 %; nothing can be compared with 0. */
export function showChange(now: number, before: number): string {
  if (before === 0) return '–';
  const change = now / before - 1;
  return change.toLocaleString(languageTag(), {
    style: 'percent',
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  });
}
