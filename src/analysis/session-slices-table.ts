import type Database from 'better-sqlite3';
import { leastValue } from '../lists/sql/list-definition.ts';
import { longSessionMs, longSessions } from '../sessions/session-end-table.ts';
import type { Slice } from './matching-rows-table.ts';
import { reconnectWithinMs, type SessionSpan } from './session-span.ts';
import type { TimeWindow } from './statistics/statistics.ts';

/**
 * The sessions of a window as disjoint slices, by what is known of them. Sessions that began shortly before the window
 * are all read, because most are neighbours in the file; they come after those that began long before it.
 */
export function sessionSlices({ fromMs, toMs }: TimeWindow): readonly Slice[] {
  const of = { table: 'stream_sessions', position: 'first_position' };
  const longBeforeMs = fromMs - longSessionMs;
  const begunLongBefore = { ...of, column: 'ordered_at', from: leastValue, to: longBeforeMs };
  return [
    { index: 'stream_sessions_live', when: "state = 'LIVE'", ...begunLongBefore },
    {
      index: 'stream_sessions_superseded',
      when: "state = 'SUPERSEDED'",
      ...begunLongBefore,
      also: { sql: `${supersededAt} >= ?`, values: [fromMs] },
    },
    {
      index: 'stream_sessions_closed',
      when: "state = 'CLOSED'",
      ...begunLongBefore,
      also: { sql: 'closed_at >= ?', values: [fromMs] },
    },
    {
      // Their start is unknown, so `ordered_at` is an arrival, and an operator may state an end before it.
      ...of,
      index: 'stream_sessions_closed',
      when: "state = 'CLOSED'",
      column: 'ordered_at',
      from: toMs,
      to: Number.MAX_SAFE_INTEGER,
      also: { sql: 'closed_at >= ? AND closed_at < ?', values: [fromMs, toMs] },
    },
    {
      ...of,
      ...longSessions,
      column: 'ended_order',
      from: fromMs,
      to: Number.MAX_SAFE_INTEGER,
      also: {
        // Includes sessions that began after they ended, because a callback has a wrong time.
        sql: 'ordered_at < ? OR (ordered_at >= ? AND ended_order < ?)',
        values: [longBeforeMs, toMs, toMs],
      },
    },
    {
      ...of,
      index: 'stream_sessions_by_start',
      column: 'ordered_at',
      from: longBeforeMs,
      to: toMs,
      also: { sql: `ordered_at >= ? OR state <> 'ENDED' OR ended_order >= ?`, values: [fromMs, fromMs] },
    },
  ];
}

/** The end by the interruption, or as an operator states it. The latter is null unless the session is CLOSED. */
export const endedAt = (session: string) => `coalesce(${session}.ended_at, ${session}.closed_at)`;

/** For a SUPERSEDED session: when the next one of its stream began. */
export const supersededAt = `CASE WHEN state = 'SUPERSEDED' THEN
  (SELECT other.ordered_at FROM stream_sessions AS other INDEXED BY stream_sessions_of_stream
    WHERE other.stream_key = stream_sessions.stream_key
      AND (other.ordered_at, other.sequence_order) > (stream_sessions.ordered_at, stream_sessions.sequence_order)
    ORDER BY other.ordered_at, other.sequence_order LIMIT 1) END`;

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
