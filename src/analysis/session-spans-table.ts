import type Database from 'better-sqlite3';
import { fieldsOf, unchangingPart } from '../lists/listing.ts';
import { conditionSql } from '../lists/sql/list-query.ts';
import { leastValue } from '../lists/sql/list-definition.ts';
import { longSessionMs, longSessions } from '../sessions/stream-session-table.ts';
import type { StreamSessionField } from '../sessions/stream-session-fields.ts';
import { streamSessionList } from '../sessions/stream-session-list.ts';
import { columnOfDimension, readFound, readMatching, readSlices, type Slice } from './matching-rows-table.ts';
import {
  reconnectWithinMs,
  type ConcurrencyQuestion,
  type SessionDimension,
  type SessionSpan,
} from './statistics/session-statistics.ts';
import type { GroupValue, TimeWindow } from './statistics/statistics.ts';

/**
 * The sessions of a window as disjoint slices, by what is known of them. Sessions that began shortly before the window
 * are all read, because most are neighbours in the file; they come after those that began long before it.
 */
export function sessionSlices({ fromMs, toMs }: TimeWindow): readonly Slice[] {
  const of = { table: 'stream_sessions', position: 'list_position' };
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

/** For a session without an interruption: when the next one of its stream began. */
export const supersededAt = `CASE WHEN state IN ('SUPERSEDED', 'CLOSED') THEN
  (SELECT other.ordered_at FROM stream_sessions AS other INDEXED BY stream_sessions_of_stream
    WHERE other.stream_key = stream_sessions.stream_key
      AND (other.ordered_at, other.sequence_order) > (stream_sessions.ordered_at, stream_sessions.sequence_order)
    ORDER BY other.ordered_at, other.sequence_order LIMIT 1) END`;

/**
 * Decides whether a session closely follows the previous one of its stream. A session without a stream never does. `endSql`: the end of
 * a session, as an expression. `knowsOthers`: the next session of a stream that was neither remembered nor forgotten follows no session;
 * otherwise that is looked up.
 */
function createReconnects(db: Database.Database, endSql: string, knowsOthers: boolean) {
  const before = db
    .prepare<[string, number, string], [state: SessionSpan['state'], endedAtMs: number | null]>(
      `SELECT state, ${endSql} FROM stream_sessions INDEXED BY stream_sessions_of_stream
       WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    )
    .raw();
  /** For each stream, an index into `stoppedMs`: an array overwrites a number, while a map allocates a new one. */
  const indexes = new Map<string, number>();
  /** When the last session stopped; NaN if that must be looked up. */
  const stoppedMs: number[] = [];
  const stoppedMsOfOthers = knowsOthers ? -Infinity : NaN;
  const set = (streamKey: string | null, ms: number) => {
    if (streamKey === null) return;
    const index = indexes.get(streamKey);
    if (index !== undefined) stoppedMs[index] = ms;
    else indexes.set(streamKey, stoppedMs.push(ms) - 1);
  };
  return {
    reconnectMs(startedAtMs: number, streamKey: string | null, orderedAtMs: number, sequenceOrder: string) {
      if (streamKey === null) return null;
      const index = indexes.get(streamKey);
      const known = (index === undefined ? undefined : stoppedMs[index]) ?? stoppedMsOfOthers;
      if (!Number.isNaN(known)) return reconnectMsAfter(known, startedAtMs);
      const found = before.get(streamKey, orderedAtMs, sequenceOrder);
      return found === undefined ? null : reconnectMsAfter(lastStopMs(...found), startedAtMs);
    },
    /** Saves the look-up for the next session of the stream. Must be called for every session, in the order of their streams. */
    remember: (state: SessionSpan['state'], endedAtMs: number | null, streamKey: string | null) =>
      set(streamKey, lastStopMs(state, endedAtMs)),
    /** The session before the stream's next one is unknown: others may be in between. */
    forget: (streamKey: string | null) => set(streamKey, NaN),
  };
}

/** When a session stopped that has a next one; Infinity if its end was lost, so that it pushed until the next one began. */
function lastStopMs(state: SessionSpan['state'], endedAtMs: number | null): number {
  if (state === 'LIVE' || state === 'SUPERSEDED') return Infinity;
  return endedAtMs ?? -Infinity;
}

function reconnectMsAfter(stoppedAtMs: number, startedAtMs: number): SessionSpan['reconnectMs'] {
  const gapMs = startedAtMs - stoppedAtMs;
  if (gapMs > reconnectWithinMs) return null;
  return gapMs === -Infinity ? NaN : Math.max(0, gapMs);
}

interface SpansRequest extends Pick<ConcurrencyQuestion, 'condition' | 'window'> {
  readonly dimensions: readonly SessionDimension[];
  /** Whether to compute `reconnectMs`, which takes nearly as long as everything else. */
  readonly wantsReconnects: boolean;
}

const list = streamSessionList;

/** Every session that matches and began, ended or pushed in the window, each once. Others may be among them. */
export function* readSpans(
  db: Database.Database,
  request: SpansRequest,
  assertGoesOn: () => void,
): Generator<SessionSpan> {
  if (request.wantsReconnects) {
    yield* readWithReconnects(db, request, assertGoesOn);
    return;
  }
  const { condition, window } = request;
  const columns = columnsOf(request);
  const of = { list, by: 'STARTED_AT', condition, columns, slices: sessionSlices(window), assertGoesOn };
  for (const row of readMatching<SpanColumns>(db, of)) yield toSpan(row, columnsOfSpan, null);
}

/** Fields that all sessions of a stream share. */
const fieldsOfStream: readonly string[] = ['appId', 'domain', 'path', 'streamId'];

/**
 * If the filter leaves many sessions, reads all sessions of the streams that it may leave, one after another: looking
 * up each previous session takes several times as long.
 */
function* readWithReconnects(
  db: Database.Database,
  request: SpansRequest,
  assertGoesOn: () => void,
): Generator<SessionSpan> {
  const { condition, window } = request;
  const columns = columnsOf(request);
  const found = readFound<OrderedColumns>(db, { list, by: 'STARTED_AT', condition, columns });
  const reconnects = createReconnects(db, endedAt('stream_sessions'), found === null);
  const spanOf = (row: OrderedColumns) => {
    const [, startedAtMs, , , , , orderedAtMs, streamKey, sequenceOrder] = row;
    const begins = startedAtMs !== null && isWithin(startedAtMs, window);
    return toSpan(
      row,
      columnsOfOrdered,
      begins ? reconnects.reconnectMs(startedAtMs, streamKey, orderedAtMs, sequenceOrder) : null,
    );
  };
  if (found !== null) {
    for (const row of found) yield spanOf(row);
    assertGoesOn();
    return;
  }
  const others = fieldsOf([condition]).filter((field) => !fieldsOfStream.includes(field)) as StreamSessionField[];
  const matches = conditionSql(list, condition);
  if (others.length > 0) columns.push(`(${matches.sql}) IS TRUE`);
  const rows = readSlices<OrderedColumns>(db, {
    list,
    condition: unchangingPart(condition, others),
    columns: { sql: columns.join(', '), values: others.length > 0 ? matches.values : [] },
    // A reconnect in the window follows a session that ended at most this long before the window, or has no end.
    slices: sessionSlices({ ...window, fromMs: window.fromMs - reconnectWithinMs }),
    assertGoesOn,
  });
  for (const row of inStreamOrder(rows)) {
    const [state, , endedAtMs, , , , orderedAtMs, streamKey] = row;
    if (others.length === 0) yield spanOf(row);
    else if (row.at(-1) === 1) yield spanOf(row.slice(0, -1) as unknown as OrderedColumns);
    if (isWithin(orderedAtMs, window)) reconnects.remember(state, endedAtMs, streamKey);
    // Not all sessions before the window are read.
    else if (orderedAtMs < window.fromMs) reconnects.forget(streamKey);
  }
}

function isWithin(atMs: number, { fromMs, toMs }: TimeWindow): boolean {
  return atMs >= fromMs && atMs < toMs;
}

/** Puts rows of the same time, which come in the order of the log, into the order of their streams. */
function* inStreamOrder(rows: Iterable<OrderedColumns>): Generator<OrderedColumns> {
  let same: OrderedColumns[] = [];
  for (const row of rows) {
    const [first] = same;
    if (first !== undefined && first[6] !== row[6]) {
      // Usually there is only one.
      if (same.length === 1) yield first;
      else yield* same.sort(bySequence);
      same = [];
    }
    same.push(row);
  }
  yield* same.sort(bySequence);
}

function bySequence(one: OrderedColumns, other: OrderedColumns): number {
  return one[8] < other[8] ? -1 : 1;
}

/** Only the requested columns: each column of each session takes time, even without a value. */
function columnsOf({ dimensions, wantsReconnects }: SpansRequest): string[] {
  return [
    ...['state', 'started_at', endedAt('stream_sessions'), supersededAt, 'push_duration_ms', 'end_side'],
    ...(wantsReconnects ? ['ordered_at', 'stream_key', 'sequence_order'] : []),
    ...dimensions.map((dimension) => columnOfDimension(streamSessionList, dimension)),
  ];
}

type ColumnsOfAll = readonly [
  state: SessionSpan['state'],
  startedAtMs: number | null,
  endedAtMs: number | null,
  supersededAtMs: number | null,
  pushDurationMs: number | null,
  endSide: SessionSpan['endSide'],
];

type SpanColumns = readonly [...ColumnsOfAll, ...rest: GroupValue[]];

/** A span with what orders it in its stream. */
type OrderedColumns = readonly [
  ...ColumnsOfAll,
  orderedAtMs: number,
  streamKey: string | null,
  sequenceOrder: string,
  ...group: GroupValue[],
];

/** How many columns precede those of the group. */
const [columnsOfSpan, columnsOfOrdered] = [6, 9];

function toSpan(columns: SpanColumns, before: number, reconnectMs: SessionSpan['reconnectMs']): SessionSpan {
  const [state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide] = columns;
  const group = columns.length === before ? noGroup : (columns.slice(before) as GroupValue[]);
  return { state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide, reconnectMs, group };
}

const noGroup: readonly GroupValue[] = [];
