import type Database from 'better-sqlite3';
import type { ConcurrencyQuestion } from '../../analysis/concurrency.ts';
import type { SessionDimension } from '../../analysis/session-statistics.ts';
import type { GroupValue, TimeWindow } from '../../analysis/statistics.ts';
import type { SessionSpan } from '../../analysis/session-span.ts';
import { conjunctsOf } from '../../conditions.ts';
import { leastValue } from '../lists/list-definition.ts';
import { longSessionMs, longSessions } from '../stream-sessions/session-end.ts';
import { streamSessionList } from '../stream-sessions/stream-session-list.ts';
import { columnOfDimension, readMatching } from './matching-rows.ts';
import type { Slice } from './read-slice.ts';
import { createReconnects } from './reconnects.ts';

export interface SpansRequest extends Pick<ConcurrencyQuestion, 'condition' | 'window'> {
  readonly dimensions: readonly SessionDimension[];
  /** Whether `isReconnect` is of interest: it takes nearly as long as all the rest. */
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
  const { condition, window, wantsReconnects } = request;
  const columns = columnsOf(request);
  const slices = sessionSlices(window);
  const rows = readMatching<SpanColumns>(db, {
    ...{ list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn },
  });
  if (!wantsReconnects) {
    for (const row of rows) yield toSpan(row, false);
    return;
  }
  const reconnects = createReconnects(db, endedAt('stream_sessions'));
  // The window's own sessions are all of it, and one after another, where nothing is left out.
  const remembers = conjunctsOf(condition).length === 0;
  const isWithin = (atMs: number | null): atMs is number =>
    atMs !== null && atMs >= window.fromMs && atMs < window.toMs;
  for (const row of inStreamOrder(rows)) {
    const [state, startedAtMs, endedAtMs, , , , orderedAtMs, streamKey, sequenceOrder] = row;
    const isReconnect =
      isWithin(startedAtMs) && reconnects.isReconnect(startedAtMs, streamKey, orderedAtMs, sequenceOrder);
    yield toSpan(row, isReconnect);
    if (remembers && isWithin(orderedAtMs)) reconnects.remember(state, endedAtMs, streamKey);
  }
}

/** Rows of the same time, which come in the order of the log, in that of their streams. */
function* inStreamOrder(rows: Iterable<SpanColumns>): Generator<SpanColumns> {
  const same: SpanColumns[] = [];
  for (const row of rows) {
    if (same[0] !== undefined && same[0][6] !== row[6]) {
      yield* same.length === 1 ? same : same.sort(bySequence);
      same.length = 0;
    }
    same.push(row);
  }
  yield* same.sort(bySequence);
}

function bySequence(one: SpanColumns, other: SpanColumns): number {
  return one[8] < other[8] ? -1 : 1;
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
    {
      index: 'stream_sessions_closed',
      when: "state = 'CLOSED'",
      ...begunLongBefore,
      also: { sql: 'closed_at >= ?', values: [fromMs] },
    },
    {
      // Its beginning has no time of its own: an operator may state an end before its callback arrived.
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
        // Also one that began after it ended: a callback has a wrong time.
        sql: 'ordered_at < ? OR (ordered_at >= ? AND ended_order < ?)',
        values: [longBeforeMs, toMs, toMs],
      },
    },
  ];
}

/** Of its interruption, or as an operator states it: of a session that is not CLOSED the latter is null. */
export const endedAt = (session: string) => `coalesce(${session}.ended_at, ${session}.closed_at)`;

/** Of a SUPERSEDED session: when the next one of its stream began. */
export const supersededAt = `CASE WHEN state = 'SUPERSEDED' THEN
  (SELECT other.ordered_at FROM stream_sessions AS other INDEXED BY stream_sessions_of_stream
    WHERE other.stream_key = stream_sessions.stream_key
      AND (other.ordered_at, other.sequence_order) > (stream_sessions.ordered_at, stream_sessions.sequence_order)
    ORDER BY other.ordered_at, other.sequence_order LIMIT 1) END`;

function columnsOf({ dimensions, wantsReconnects }: SpansRequest): readonly string[] {
  const position = wantsReconnects ? ['ordered_at', 'stream_key', 'sequence_order'] : ['0', 'NULL', 'NULL'];
  return [
    ...['state', 'started_at', endedAt('stream_sessions'), supersededAt, 'push_duration_ms', 'end_side', ...position],
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
  orderedAtMs: number,
  streamKey: string | null,
  sequenceOrder: string,
  ...group: GroupValue[],
];

function toSpan(columns: SpanColumns, isReconnect: boolean): SessionSpan {
  const [state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide] = columns;
  const group = columns.slice(positionEnd);
  return { state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide, isReconnect, group };
}

/** Columns before those of the group. */
const positionEnd = 9;
