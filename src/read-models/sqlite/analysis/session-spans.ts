import type Database from 'better-sqlite3';
import type { ConcurrencyQuestion } from '../../analysis/concurrency.ts';
import type { SessionDimension } from '../../analysis/session-statistics.ts';
import type { GroupValue, TimeWindow } from '../../analysis/statistics.ts';
import { reconnectWithinMs, type SessionSpan } from '../../analysis/session-span.ts';
import { leastValue } from '../lists/list-definition.ts';
import { longSessionMs, longSessions } from '../stream-sessions/long-sessions.ts';
import { streamSessionList } from '../stream-sessions/stream-session-list.ts';
import { columnOfDimension, readMatching } from './matching-rows.ts';
import type { Slice } from './read-slice.ts';

export interface SpansRequest extends Pick<ConcurrencyQuestion, 'condition' | 'window'> {
  readonly dimensions: readonly SessionDimension[];
  /** Whether `isReconnect` is of interest: it costs a look-up for each session that began in the window. */
  readonly wantsReconnects: boolean;
}

/**
 * Every session that matches and has to do with the window, each once: those that began or ended in it, and those that
 * were pushing in it. Others may be among them.
 */
export function* readSpans(
  db: Database.Database,
  request: SpansRequest,
  assertGoesOn: () => void,
): Generator<SessionSpan> {
  const { condition, window } = request;
  const columns = columnsOf(request);
  const slices = sessionSlices(window);
  const rows = { list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn };
  for (const row of readMatching<SpanColumns>(db, rows)) yield toSpan(row);
}

/**
 * The sessions of a window, by what is known of them: no session is in two of these. Those that began shortly before it are
 * all read, because most of them are neighbours in the file.
 */
export function sessionSlices({ fromMs, toMs }: TimeWindow): readonly Slice[] {
  const of = { table: 'stream_sessions', position: 'first_position' };
  const longBeforeMs = fromMs - longSessionMs;
  const begunLongBefore = { ...of, column: 'ordered_at', from: leastValue, to: longBeforeMs };
  return [
    {
      ...of,
      index: 'stream_sessions_by_start',
      column: 'ordered_at',
      from: longBeforeMs,
      to: toMs,
      also: { sql: `ordered_at >= ? OR state <> 'ENDED' OR ended_order >= ?`, values: [fromMs, fromMs] },
    },
    { index: 'stream_sessions_live', when: "state = 'LIVE'", ...begunLongBefore },
    {
      index: 'stream_sessions_superseded',
      when: "state = 'SUPERSEDED'",
      ...begunLongBefore,
      also: { sql: `${supersededAt} >= ?`, values: [fromMs] },
    },
    { index: 'stream_sessions_closed', when: "state = 'CLOSED'", ...begunLongBefore },
    {
      ...of,
      ...longSessions,
      column: 'ended_order',
      from: fromMs,
      to: Number.MAX_SAFE_INTEGER,
      also: {
        // Also one that began after it ended: a callback has a wrong time.
        sql: 'ordered_at < ? OR (ordered_at >= ? AND ended_order < ?)',
        values: [longBeforeMs, toMs, toMs],
      },
    },
  ];
}

/** A neighbour of the session in the order of its stream. */
const neighbour = (column: string, comparison: '<' | '>', direction: 'ASC' | 'DESC') =>
  `(SELECT ${column} FROM stream_sessions AS other INDEXED BY stream_sessions_of_stream
     WHERE other.stream_key = stream_sessions.stream_key
       AND (other.ordered_at, other.sequence_order) ${comparison} (stream_sessions.ordered_at, stream_sessions.sequence_order)
     ORDER BY other.ordered_at ${direction}, other.sequence_order ${direction} LIMIT 1)`;

/** Of its interruption, or as an operator states it: of a session that is not CLOSED the latter is null. */
export const endedAt = (session: string) => `coalesce(${session}.ended_at, ${session}.closed_at)`;

/** Of a SUPERSEDED session: when the next one of its stream began. */
export const supersededAt = `CASE WHEN state = 'SUPERSEDED' THEN ${neighbour('other.ordered_at', '>', 'ASC')} END`;

/** Where the end of the one before was lost, it pushed until this one began, as far as is known. */
const followsClosely = `coalesce(other.state IN ('LIVE', 'SUPERSEDED') OR stream_sessions.started_at - ${endedAt('other')} <= ${reconnectWithinMs}, 0)`;

function columnsOf({ dimensions, window, wantsReconnects }: SpansRequest): readonly string[] {
  const beganInWindow = `started_at >= ${window.fromMs} AND started_at < ${window.toMs}`;
  const isReconnect = `CASE WHEN ${beganInWindow} THEN ${neighbour(followsClosely, '<', 'DESC')} END`;
  return [
    ...['state', 'started_at', endedAt('stream_sessions'), supersededAt, 'push_duration_ms', 'end_side'],
    wantsReconnects ? isReconnect : '0',
    ...dimensions.map((dimension) => columnOfDimension(streamSessionList, dimension)),
  ];
}

type SpanColumns = readonly [
  state: SessionSpan['state'],
  startedAtMs: number | null,
  endedAtMs: number | null,
  supersededAtMs: number | null,
  pushDurationMs: number | null,
  endSide: SessionSpan['endSide'],
  isReconnect: number | null,
  ...group: GroupValue[],
];

function toSpan(columns: SpanColumns): SessionSpan {
  const [state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide, isReconnect, ...group] = columns;
  return {
    state,
    startedAtMs,
    endedAtMs,
    supersededAtMs,
    pushDurationMs,
    endSide,
    isReconnect: isReconnect === 1,
    group,
  };
}
