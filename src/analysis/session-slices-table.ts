import type { TimeWindow } from './statistics/statistics.ts';
import { leastValue } from '../lists/sql/list-definition.ts';
import { longSessionMs, longSessions } from '../sessions/session-end-table.ts';
import type { Slice } from './read-slice-table.ts';

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
