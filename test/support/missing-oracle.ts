import type { MissingCallback, MissingCallbacksQuestion } from '../../src/analysis/missing/missing-callbacks.ts';
import type { Conclusion } from '../../src/kernel/sureness.ts';
import { matches } from './list-oracle.ts';
import type { TableSession } from './table-sessions.ts';

/** A missing callback, identified by names instead of rows. */
type NotCompared = 'firstPosition' | 'sessionRow' | 'taskRow' | 'usualPauseMs' | keyof Conclusion;

export type ExpectedMissing = Omit<MissingCallback, NotCompared> & {
  /** The sequence or the task id. */
  readonly of: string;
};

type Asked = Pick<MissingCallbacksQuestion, 'condition' | 'window' | 'silentAfterMs'>;

/** Missing callbacks of sessions, by the table. */
export function missingOfSessions(
  all: readonly TableSession[],
  { condition, window, silentAfterMs }: Asked,
): ExpectedMissing[] {
  return all.flatMap((one) => {
    const { appId, domain, path, streamId, sequence: of, state, lastReceivedAtMs } = one;
    const found = { appId, domain, path, streamId, of, run: null, file: null };
    const entries: ExpectedMissing[] = [];
    if (state === 'SUPERSEDED') {
      const times = { expectedFromMs: one.orderedAtMs, expectedToMs: one.stoppedAtMs ?? NaN };
      entries.push({ ...found, reason: 'SUPERSEDED_WITHOUT_END', ...times });
    }
    if (!one.hasPush) {
      const times = { expectedFromMs: one.startedAtMs, expectedToMs: one.orderedAtMs };
      entries.push({ ...found, reason: 'END_WITHOUT_START', ...times });
    }
    if (state === 'LIVE' && window.toMs - lastReceivedAtMs > silentAfterMs) {
      const times = { expectedFromMs: lastReceivedAtMs, expectedToMs: window.toMs };
      entries.push({ ...found, reason: 'LIVE_BUT_SILENT', ...times });
    }
    return entries.filter((entry) => isAsked(entry, { condition, window }));
  });
}

/** Whether an entry matches and its expected time overlaps the window. */
export function isAsked(entry: ExpectedMissing, { condition, window }: Pick<Asked, 'condition' | 'window'>): boolean {
  const begin = entry.expectedFromMs ?? entry.expectedToMs;
  return matches(entry, condition) && begin < window.toMs && entry.expectedToMs >= window.fromMs;
}
