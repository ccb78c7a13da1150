import { feedingToleranceMs } from '../../relay-tasks.ts';

/** The end of what has none: a tolerance can be added to it. */
export const stillLive = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/** When a session ended: one that an operator closed, when that says so; one that was superseded without an interruption ended when the next one began at the latest. */
export const endOfSession = (session: string) => `CASE ${session}.state
  WHEN 'ENDED' THEN coalesce(${session}.ended_at, ${session}.ordered_at)
  WHEN 'CLOSED' THEN ${session}.closed_at
  WHEN 'SUPERSEDED' THEN (
    SELECT next.ordered_at FROM stream_sessions AS next
    WHERE next.stream_key = ${session}.stream_key
      AND (next.ordered_at, next.sequence_order) > (${session}.ordered_at, ${session}.sequence_order)
    ORDER BY next.ordered_at, next.sequence_order LIMIT 1)
  ELSE ${stillLive} END`;

/**
 * Milliseconds that most sessions are shorter than. Who looks for those that pushed at a moment reads all that began so long before
 * it; of those that began earlier, only the ones in the index of longer ones.
 */
export const longSessionMs = 6 * 3_600_000;

/** Ended sessions that are longer, and those that ended before they began, because a callback has a wrong time. */
export const longSessions = {
  index: 'stream_sessions_long',
  when: `state = 'ENDED' AND ended_order - ordered_at NOT BETWEEN 0 AND ${longSessionMs}`,
};

/** By their end. With their start as well, so that it is known without reading the row. */
export const longSessionsIndexSql = `CREATE INDEX ${longSessions.index} ON stream_sessions (ended_order, first_position, ordered_at)
  WHERE ${longSessions.when}`;
