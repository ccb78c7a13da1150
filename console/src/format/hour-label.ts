import { showClock, showDate } from './shown.ts';
import { clockText } from './times.ts';
import { timeZone } from './zone.ts';

/** Hours between two labels: eight labels fit on a phone. */
const hoursBetween = 3;

/** The label of an hour on an axis: 15:00, or the day at midnight. Null except for every third hour of the zone's clock. */
export function hourLabel(atMs: number): string | null {
  const clock = clockText(atMs, { language: 'en-GB', timeZone: timeZone.get() });
  if (!clock.endsWith(':00:00') || Number(clock.slice(0, 2)) % hoursBetween !== 0) return null;
  return clock.startsWith('00') ? showDate(atMs) : showClock(atMs, false);
}
