import type { TimeWindow } from '../statistics/statistics.ts';

/** Days before the requested moment from which the habit of a domain is derived. */
export const habitDays = 14;

/** A domain that pushed on fewer of these days has no habit. */
export const habitDaysMin = 7;

/** How many times its longest pause on these days a domain must have been silent. */
export const unusualPauses = 3;

/** Milliseconds; a shorter silence never counts, whatever is usual. */
export const unusualPauseMsMin = 15 * 60_000;

const dayMs = 86_400_000;

/** A push on a domain; NaN if it is unknown when it stopped. */
export interface DomainPush {
  readonly beganMs: number;
  readonly stoppedMs: number;
}

/** The silence of a domain, and its longest usual pause. */
export interface DomainSilence {
  readonly sinceMs: number;
  readonly usualPauseMs: number;
}

/** The days from which habits are derived. */
export function habitWindow(toMs: number): TimeWindow {
  return { fromMs: toMs - habitDays * dayMs, toMs };
}

/**
 * The silence of a domain at the end of a window, if it is unusual: the domain pushed on at least half of the days, but
 * has not pushed for three times its longest pause between pushes. Null: the domain is not silent, or has no habit.
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
