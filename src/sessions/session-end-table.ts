import { feedingToleranceMs } from '../relay/relay-task-rows.ts';

/** The end of a session that has none: a tolerance can be added to it. */
export const stillLive = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/**
 * When a session ended: a closed one, at the time the operator gave; one superseded without an interruption, at the start of the next one
 * at the latest.
 */
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
 * Milliseconds that most sessions are shorter than. A search for sessions that pushed at a given moment reads all that began within this
 * time before it; of those that began earlier, it reads only the index of longer ones.
 */
export const longSessionMs = 6 * 3_600_000;

/** Ended sessions longer than that, and those that ended before they began, because a callback has a wrong time. */
export const longSessions = {
  index: 'stream_sessions_long',
  when: `state = 'ENDED' AND ended_order - ordered_at NOT BETWEEN 0 AND ${longSessionMs}`,
};

/** Ordered by their end; includes their start, so that reading it needs no row. */
export const longSessionsIndexSql = `CREATE INDEX ${longSessions.index} ON stream_sessions (ended_order, first_position, ordered_at)
  WHERE ${longSessions.when}`;
