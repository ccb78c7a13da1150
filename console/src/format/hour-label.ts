import { showClock, showDate } from './shown.ts';
import { clockText } from './times.ts';
import { timeZone } from './zone.ts';

/** Hours from one to the next that has a label: eight of them fit on a phone. */
const hoursBetween = 3;

/** The label of an hour of an axis: 15:00, at midnight the day; null where the clock of the zone shows none of every third hour. */
export function hourLabel(atMs: number): string | null {
  const clock = clockText(atMs, { language: 'en-GB', timeZone: timeZone.get() });
  if (!clock.endsWith(':00:00') || Number(clock.slice(0, 2)) % hoursBetween !== 0) return null;
  return clock.startsWith('00') ? showDate(atMs) : showClock(atMs, false);
}
