import type Database from 'better-sqlite3';
import { reconnectWithinMs, type SessionSpan } from './session-span.ts';

/** Decides whether a session closely follows the previous one of its stream. A session without a stream never does. */
export interface Reconnects {
  isReconnect(startedAtMs: number, streamKey: string | null, orderedAtMs: number, sequenceOrder: string): boolean;
  /**
   * Saves the look-up for the next session of the stream. Must be called for every session, in the order of their
   * streams.
   */
  remember(state: SessionSpan['state'], endedAtMs: number | null, streamKey: string | null): void;
  /** The session before the stream's next one is unknown: others may be in between. */
  forget(streamKey: string | null): void;
}

/**
 * `endSql`: the end of a session, as an expression. `knowsOthers`: the next session of a stream that was neither
 * remembered nor forgotten follows no session; otherwise that is looked up.
 */
export function createReconnects(db: Database.Database, endSql: string, knowsOthers: boolean): Reconnects {
  const before = db
    .prepare<[string, number, string], [state: SessionSpan['state'], endedAtMs: number | null]>(
      `SELECT state, ${endSql} FROM stream_sessions INDEXED BY stream_sessions_of_stream
       WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    )
    .raw();
  /** For each stream, an index into `untilMs`: an array overwrites a number, while a map allocates a new one. */
  const indexes = new Map<string, number>();
  /** Until when a session that begins is a reconnect; NaN if that must be looked up. */
  const untilMs: number[] = [];
  const untilMsOfOthers = knowsOthers ? -Infinity : NaN;
  const set = (streamKey: string | null, ms: number) => {
    if (streamKey === null) return;
    const index = indexes.get(streamKey);
    if (index !== undefined) untilMs[index] = ms;
    else indexes.set(streamKey, untilMs.push(ms) - 1);
  };
  return {
    isReconnect(startedAtMs, streamKey, orderedAtMs, sequenceOrder) {
      if (streamKey === null) return false;
      const index = indexes.get(streamKey);
      const known = (index === undefined ? undefined : untilMs[index]) ?? untilMsOfOthers;
      if (!Number.isNaN(known)) return startedAtMs <= known;
      const found = before.get(streamKey, orderedAtMs, sequenceOrder);
      return found !== undefined && startedAtMs <= reconnectUntilMs(...found);
    },
    remember: (state, endedAtMs, streamKey) => set(streamKey, reconnectUntilMs(state, endedAtMs)),
    forget: (streamKey) => set(streamKey, NaN),
  };
}

/** If its end was lost, it pushed until the next session began, as far as is known. */
function reconnectUntilMs(state: SessionSpan['state'], endedAtMs: number | null): number {
  if (state === 'LIVE' || state === 'SUPERSEDED') return Infinity;
  return endedAtMs === null ? -Infinity : endedAtMs + reconnectWithinMs;
}
