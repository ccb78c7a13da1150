import { startOf, type TimeSpan, type TimeUnit } from '../../format/slots.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * The time ranges to choose from. `stepMs`: the step in which the range moves, so that the same query is repeated
 * within a step.
 */
export const timeWindows = {
  '24h': { durationMs: dayMs, unit: 'HOUR', stepMs: minuteMs },
  '7d': { durationMs: 7 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
  '30d': { durationMs: 30 * dayMs, unit: 'DAY', stepMs: 10 * minuteMs },
} as const satisfies Readonly<Record<string, { durationMs: number; unit: TimeUnit; stepMs: number }>>;

export type TimeWindowName = keyof typeof timeWindows;

export const timeWindowNames = Object.keys(timeWindows) as readonly TimeWindowName[];

/** The window that an address names; a day if it names none. */
export function timeWindowOf(param: string | null): TimeWindowName {
  return timeWindowNames.find((name) => name === param) ?? '24h';
}

/**
 * The window that ends now, at the next whole step, and begins on a whole hour or day of the zone, so that only its
 * last bar is partial.
 */
export function spanOf(name: TimeWindowName, nowMs: number, timeZone: string): TimeSpan {
  const { durationMs, unit, stepMs } = timeWindows[name];
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  return { fromMs: startOf(toMs - durationMs, unit, timeZone), toMs };
}
