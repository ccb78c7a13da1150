import type Database from 'better-sqlite3';
import type { ConcurrencyQuestion } from './statistics/concurrency.ts';
import type { SessionDimension } from './statistics/session-statistics.ts';
import type { GroupValue, TimeWindow } from './statistics/statistics.ts';
import { reconnectWithinMs, type SessionSpan } from './session-span.ts';
import { fieldsOf, unchangingPart } from '../lists/conditions.ts';
import type { StreamSessionField } from '../sessions/stream-session-fields.ts';
import { conditionSql } from '../lists/sql/condition-sql.ts';
import { streamSessionList } from '../sessions/stream-session-list.ts';
import { columnOfDimension, readFound, readMatching, readSlices } from './matching-rows-table.ts';
import { createReconnects, endedAt, sessionSlices, supersededAt } from './session-slices-table.ts';

export interface SpansRequest extends Pick<ConcurrencyQuestion, 'condition' | 'window'> {
  readonly dimensions: readonly SessionDimension[];
  /** Whether to compute `isReconnect`, which takes nearly as long as everything else. */
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
  for (const row of readMatching<SpanColumns>(db, of)) yield toSpan(row, columnsOfSpan, false);
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
      begins && reconnects.isReconnect(startedAtMs, streamKey, orderedAtMs, sequenceOrder),
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

function toSpan(columns: SpanColumns, before: number, isReconnect: boolean): SessionSpan {
  const [state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide] = columns;
  const group = columns.length === before ? noGroup : (columns.slice(before) as GroupValue[]);
  return { state, startedAtMs, endedAtMs, supersededAtMs, pushDurationMs, endSide, isReconnect, group };
}

const noGroup: readonly GroupValue[] = [];
