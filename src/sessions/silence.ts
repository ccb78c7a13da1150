import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import { everything, type Condition } from '../lists/listing.ts';

/**
 * Seconds without a callback after which a live session counts as silent, unless a client gives another number. CSS
 * sends nothing while a push goes on, so this is longer than nearly every broadcast. If screenshots or recordings are
 * on, a few times their interval is a better choice.
 */
export const silentAfterSecondsDefault = 24 * 3_600;

/** The largest number of seconds that a client may give: ten years. */
export const silentAfterSecondsMax = 10 * 366 * 24 * 3_600;

/** Whether a live session is silent; null means the same as an absent argument. @throws LedgerError - BAD_USER_INPUT */
export function isSilentSince(lastHeardAtMs: number, nowMs: number, after: number | null): boolean {
  const afterSeconds = after ?? silentAfterSecondsDefault;
  if (afterSeconds < 1 || afterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `afterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return lastHeardAtMs < nowMs - afterSeconds * 1_000;
}

/**
 * The condition of a live session about which nothing was heard since a moment. The quick comparisons come first and
 * mostly spare the last one.
 */
export function silentSince(sinceMs: number): Condition<'state' | 'lastReceivedAt' | 'lastHeardAt'> {
  return {
    and: [
      { field: 'state', operator: 'eq', value: 'LIVE' },
      { field: 'lastReceivedAt', operator: 'lt', value: sinceMs },
      { field: 'lastHeardAt', operator: 'lt', value: sinceMs },
    ],
  };
}

/** How clients compare silence. */
export interface SilenceComparison {
  eq?: boolean | null;
  afterSeconds?: number | null;
}

/**
 * The condition that silent sessions meet at this moment, or that the others meet.
 * @throws LedgerError - BAD_USER_INPUT if there is no moment: a subscription could not report when a session falls silent
 */
export function silenceCondition(
  { eq, afterSeconds }: SilenceComparison,
  clock: Clock | null,
): ReturnType<typeof silentSince> {
  if (eq == null) return everything;
  if (clock === null) {
    throw new LedgerError('BAD_USER_INPUT', 'isSilent filters the list streamSessions only: it changes by time alone.');
  }
  const isSilent = silentSince(clock() - (afterSeconds ?? silentAfterSecondsDefault) * 1_000);
  return eq ? isSilent : { not: isSilent };
}
