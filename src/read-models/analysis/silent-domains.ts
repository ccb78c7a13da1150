import type { TimeWindow } from './statistics.ts';

/** The habit of a domain is that of so many days before the moment that is asked about. */
export const habitDays = 14;

/** A domain that pushed on fewer of these days has no habit. */
export const habitDaysMin = 7;

/** How many times as long as its longest pause in these days a domain must have been silent. */
export const unusualPauses = 3;

/** Milliseconds; a shorter silence is none, whatever is usual. */
export const unusualPauseMsMin = 15 * 60_000;

const dayMs = 86_400_000;

/** A push on a domain; NaN where nobody can say when it stopped. */
export interface DomainPush {
  readonly beganMs: number;
  readonly stoppedMs: number;
}

/** The silence of a domain, and the longest one that was usual. */
export interface DomainSilence {
  readonly sinceMs: number;
  readonly usualPauseMs: number;
}

/** The days in which habits are looked for. */
export function habitWindow(toMs: number): TimeWindow {
  return { fromMs: toMs - habitDays * dayMs, toMs };
}

/**
 * Whether a domain is silent at the end of a window against its habit: it pushed on at least half of the days, and has not
 * pushed for three times the longest pause between its pushes. Null: it is not, or has no habit.
 */
export function silenceOf(pushes: readonly DomainPush[], { fromMs, toMs }: TimeWindow): DomainSilence | null {
  const known = pushes
    .map(({ beganMs, stoppedMs }) => ({
      beganMs: Math.max(fromMs, beganMs),
      stoppedMs: Number.isNaN(stoppedMs) ? beganMs : Math.max(beganMs, stoppedMs),
    }))
    .filter(({ beganMs, stoppedMs }) => beganMs < toMs && stoppedMs >= fromMs)
    .sort((one, other) => one.beganMs - other.beganMs);
  const days = new Set<number>();
  let sinceMs = known[0]?.beganMs ?? toMs;
  let usualPauseMs = 0;
  for (const { beganMs, stoppedMs } of known) {
    usualPauseMs = Math.max(usualPauseMs, beganMs - sinceMs);
    sinceMs = Math.max(sinceMs, stoppedMs);
    if (sinceMs >= toMs) return null;
    for (let atMs = beganMs; atMs <= stoppedMs; atMs += dayMs) days.add(Math.floor((atMs - fromMs) / dayMs));
    days.add(Math.floor((stoppedMs - fromMs) / dayMs));
  }
  if (days.size < habitDaysMin) return null;
  return toMs - sinceMs > Math.max(unusualPauses * usualPauseMs, unusualPauseMsMin) ? { sinceMs, usualPauseMs } : null;
}
