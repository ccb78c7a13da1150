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
