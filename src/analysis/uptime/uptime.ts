import type { Condition } from '../../lists/listing.ts';
import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import { hoursWithin, type WeeklyHours } from '../periods.ts';
import { stoppedAtMs, type SessionSpan } from '../statistics/session-statistics.ts';
import type { TimeWindow } from '../statistics/statistics.ts';

/** Gaps of one answer at most: of more, the first ones are shown, and all are counted. */
export const gapsMax = 500;

/** Asks how much of the scheduled time any of some sessions pushed. */
export interface UptimeQuestion {
  readonly kind: 'streamUptime';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  /** Null: the whole window. */
  readonly schedule: WeeklyHours | null;
  readonly timeZone: string;
}

/** Gaps end where the scheduled time does. */
export interface UptimeAnswer {
  readonly window: TimeWindow;
  readonly scheduledMs: number;
  readonly liveMs: number;
  readonly gapCount: number;
  /** In order. */
  readonly gaps: readonly TimeWindow[];
}

/** Compares the time that sessions pushed with the schedule. */
export function sumUptime(
  { window, schedule, timeZone }: UptimeQuestion,
  sessions: Iterable<SessionSpan>,
): UptimeAnswer {
  const scheduled = schedule === null ? [window] : hoursWithin(schedule, timeZone, window);
  const live: TimeWindow[] = [];
  for (const session of sessions) {
    const stoppedMs = stoppedAtMs(session);
    if (session.startedAtMs !== null && stoppedMs > session.startedAtMs) {
      live.push({ fromMs: session.startedAtMs, toMs: stoppedMs });
    }
  }
  live.sort((one, other) => one.fromMs - other.fromMs);
  const gaps: TimeWindow[] = [];
  let next = 0;
  /** Until when the sessions before `next` pushed. */
  let liveUntil = -Infinity;
  for (const span of scheduled) {
    let at = span.fromMs;
    while (at < span.toMs) {
      for (; (live[next]?.fromMs ?? Infinity) <= at; next += 1) liveUntil = Math.max(liveUntil, live[next]?.toMs ?? 0);
      const begins = live[next]?.fromMs ?? Infinity;
      if (liveUntil > at) at = Math.min(liveUntil, span.toMs);
      else gaps.push({ fromMs: at, toMs: (at = Math.min(begins, span.toMs)) });
    }
  }
  const scheduledMs = lengthOf(scheduled);
  return {
    window,
    scheduledMs,
    liveMs: scheduledMs - lengthOf(gaps),
    gapCount: gaps.length,
    gaps: gaps.slice(0, gapsMax),
  };
}

function lengthOf(spans: readonly TimeWindow[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}
