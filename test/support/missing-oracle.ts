import type { MissingCallback, MissingCallbacksQuestion } from '../../src/analysis/missing/missing-callbacks.ts';
import type { ListedSession } from './expected-sessions.ts';
import { matches } from './list-oracle.ts';

/** A missing callback, identified by names instead of rows. */
export type ExpectedMissing = Omit<MissingCallback, 'sessionRow' | 'taskRow' | 'usualPauseMs'> & {
  /** The sequence or the task id. */
  readonly of: string;
};

type Asked = Pick<MissingCallbacksQuestion, 'condition' | 'window' | 'silentAfterMs'>;

/** The sequences of the sessions whose push arrived. */
export type PushesOf = ReadonlySet<string>;

/** Missing callbacks of sessions by definition: compares each session with all others of its stream. */
export function missingOfSessions(
  all: readonly ListedSession[],
  pushes: PushesOf,
  { condition, window, silentAfterMs }: Asked,
): Omit<ExpectedMissing, 'sureness'>[] {
  return all.flatMap((one) => {
    const { appId, domain, path, streamId, sequence: of, state, lastReceivedAtMs } = one;
    const found = { appId, domain, path, streamId, of, run: null, file: null };
    const entries: Omit<ExpectedMissing, 'sureness'>[] = [];
    if (state === 'SUPERSEDED') {
      const later = all
        .filter(({ orderKey }) => orderKey !== null && orderKey.streamKey === one.orderKey?.streamKey)
        .filter((other) => isAfter(other, one))
        .map(({ orderedAtMs }) => orderedAtMs);
      const times = { expectedFromMs: one.orderedAtMs, expectedToMs: Math.min(...later) };
      entries.push({ ...found, reason: 'SUPERSEDED_WITHOUT_END', ...times });
    }
    if (!pushes.has(of)) {
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

function isAfter(one: ListedSession, other: ListedSession): boolean {
  if (one.orderedAtMs !== other.orderedAtMs) return one.orderedAtMs > other.orderedAtMs;
  return BigInt(one.sequence) > BigInt(other.sequence);
}

/** Whether an entry matches and its expected time overlaps the window. */
export function isAsked(
  entry: Omit<ExpectedMissing, 'sureness'>,
  { condition, window }: Pick<Asked, 'condition' | 'window'>,
): boolean {
  const begin = entry.expectedFromMs ?? entry.expectedToMs;
  return matches(entry, condition) && begin < window.toMs && entry.expectedToMs >= window.fromMs;
}
