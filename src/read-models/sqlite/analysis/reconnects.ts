import type Database from 'better-sqlite3';
import { reconnectWithinMs, type SessionSpan } from '../../analysis/session-span.ts';

/** Says of sessions whether they follow closely on the one before in their stream. A session without a stream does not. */
export interface Reconnects {
  isReconnect(startedAtMs: number, streamKey: string | null, orderedAtMs: number, sequenceOrder: string): boolean;
  /**
   * Spares the next session of the stream its look-up, which takes several times as long. To be called for every session
   * from a moment on, in the order of their streams, each after it was asked about; or for none.
   */
  remember(state: SessionSpan['state'], endedAtMs: number | null, streamKey: string | null): void;
}

/** `endSql`: the end of a session, as an expression. */
export function createReconnects(db: Database.Database, endSql: string): Reconnects {
  const before = db
    .prepare<[string, number, string], [state: SessionSpan['state'], endedAtMs: number | null]>(
      `SELECT state, ${endSql} FROM stream_sessions INDEXED BY stream_sessions_of_stream
       WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    )
    .raw();
  /** By stream: until when a session that begins is a reconnect. */
  const remembered = new Map<string, number>();
  return {
    isReconnect(startedAtMs, streamKey, orderedAtMs, sequenceOrder) {
      if (streamKey === null) return false;
      const known = remembered.get(streamKey);
      if (known !== undefined) return startedAtMs <= known;
      const found = before.get(streamKey, orderedAtMs, sequenceOrder);
      return found !== undefined && startedAtMs <= reconnectUntilMs(...found);
    },
    remember(state, endedAtMs, streamKey) {
      if (streamKey !== null) remembered.set(streamKey, reconnectUntilMs(state, endedAtMs));
    },
  };
}

/** Where its end was lost, it pushed until the next one began, as far as is known. */
function reconnectUntilMs(state: SessionSpan['state'], endedAtMs: number | null): number {
  if (state === 'LIVE' || state === 'SUPERSEDED') return Infinity;
  return endedAtMs === null ? -Infinity : endedAtMs + reconnectWithinMs;
}
