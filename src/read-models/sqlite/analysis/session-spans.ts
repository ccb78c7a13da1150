import type Database from 'better-sqlite3';
import type { GroupValue, SessionDimension, TimeWindow } from '../../analysis/questions.ts';
import { reconnectWithinMs, type SessionSpan } from '../../analysis/session-span.ts';
import { conjunctsOf } from '../../conditions.ts';
import type { Condition, StreamSessionField } from '../../listing.ts';
import { conditionSql, type Query } from '../lists/condition-sql.ts';
import { leastValue } from '../lists/list-definition.ts';
import { countQuery, rowsQuery, type Scan } from '../lists/list-query.ts';
import { planList } from '../lists/plan-list.ts';
import { streamSessionList } from '../stream-sessions/stream-session-list.ts';
import { readSlice, type Slice } from './read-slice.ts';

/**
 * Rows that are read by the index of a filter, whatever their time, instead of those of the window: 20 to 50 ms, the most
 * for which the thread does not learn that it is to stop.
 */
const rowsOfFilterMax = 10_000;

export interface SpansRequest {
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly dimensions: readonly SessionDimension[];
  /** Whether `isReconnect` is of interest: it costs a look-up for each session that began in the window. */
  readonly wantsReconnects: boolean;
  /** Called every few milliseconds; what it throws ends the reading. */
  readonly assertGoesOn: () => void;
}

/**
 * Every session that matches and has to do with the window, each once: those that began or ended in it, and those that
 * were pushing in it. Others may be among them.
 */
export function* readSpans(db: Database.Database, request: SpansRequest): Generator<SessionSpan> {
  const columns = columnsOf(request);
  const selected = columns.join(', ');
  const found = scanOfFilter(db, request.condition);
  if (found !== null) {
    const { sql, values } = rowsQuery({ ...streamSessionList, columnNames: selected }, found, rowsOfFilterMax);
    for (const row of db
      .prepare<unknown[], SpanColumns>(sql)
      .raw()
      .all(...values)) {
      // After the columns that were asked for, it selects those of the order.
      yield toSpan(row.slice(0, columns.length) as unknown as SpanColumns);
    }
    request.assertGoesOn();
    return;
  }
  const matches = matchSql(request.condition);
  for (const slice of slicesOf(request.window)) {
    for (const rows of readSlice<SpanColumns>(db, { slice, columns: selected, matches })) {
      for (const row of rows) yield toSpan(row);
      request.assertGoesOn();
    }
  }
}

function matchSql(condition: Condition<StreamSessionField>): Query {
  return conjunctsOf(condition).length === 0 ? { sql: 'TRUE', values: [] } : conditionSql(streamSessionList, condition);
}

/** Reads what an index of the filter finds, where that is little; null where it is not. */
function scanOfFilter(db: Database.Database, condition: Condition<StreamSessionField>): Scan | null {
  const plans = planList(streamSessionList, condition, { by: 'STARTED_AT', descending: false });
  const scans = plans
    .filter(({ seeks }) => seeks.length > 0)
    .map((plan): Scan => ({ plan, by: 'STARTED_AT', descending: false, from: null, until: null }));
  for (const scan of scans) {
    const { sql, values } = countQuery(streamSessionList, scan, 'found', rowsOfFilterMax + 1);
    const count =
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0;
    if (count <= rowsOfFilterMax) return scan;
  }
  return null;
}

/** The sessions of a window, by what is known of them: no session is in two of these. */
function slicesOf({ fromMs, toMs }: TimeWindow): readonly Slice[] {
  const begunBefore = { column: 'ordered_at', from: leastValue, to: fromMs } as const;
  return [
    { index: 'stream_sessions_by_start', column: 'ordered_at', from: fromMs, to: toMs },
    { index: 'stream_sessions_live', when: "state = 'LIVE'", ...begunBefore },
    { index: 'stream_sessions_superseded', when: "state = 'SUPERSEDED'", ...begunBefore },
    {
      index: 'stream_sessions_ended',
      when: "state = 'ENDED'",
      column: 'ended_order',
      from: fromMs,
      to: Number.MAX_SAFE_INTEGER,
      also: {
        // Also one that began after it ended: a callback has a wrong time.
        sql: 'ordered_at < ? OR (ordered_at >= ? AND ended_order < ?)',
        values: [fromMs, toMs, toMs],
      },
    },
  ];
}

const dimensionColumns: Readonly<Record<SessionDimension, string>> = {
  APP_ID: 'app_id',
  DOMAIN: 'domain',
  PATH: 'path',
  STREAM_ID: 'stream_id',
  NODE: 'node',
  END_SIDE: 'end_side',
  END_CODE: 'end_code',
};

/** A neighbour of the session in the order of its stream. */
const neighbour = (column: string, comparison: '<' | '>', direction: 'ASC' | 'DESC') =>
  `(SELECT ${column} FROM stream_sessions AS other INDEXED BY stream_sessions_of_stream
     WHERE other.stream_key = stream_sessions.stream_key
       AND (other.ordered_at, other.sequence_order) ${comparison} (stream_sessions.ordered_at, stream_sessions.sequence_order)
     ORDER BY other.ordered_at ${direction}, other.sequence_order ${direction} LIMIT 1)`;

const supersededAt = `CASE WHEN state = 'SUPERSEDED' THEN ${neighbour('other.ordered_at', '>', 'ASC')} END`;

/** Where the end of the one before was lost, it pushed until this one began, as far as is known. */
const followsClosely = `coalesce(other.state <> 'ENDED' OR stream_sessions.started_at - other.ended_at <= ${reconnectWithinMs}, 0)`;

function columnsOf({ dimensions, window, wantsReconnects }: SpansRequest): readonly string[] {
  const beganInWindow = `started_at >= ${window.fromMs} AND started_at < ${window.toMs}`;
  const isReconnect = `CASE WHEN ${beganInWindow} THEN ${neighbour(followsClosely, '<', 'DESC')} END`;
  return [
    ...['state', 'started_at', 'ended_at', supersededAt, 'push_duration_ms', 'end_side'],
    wantsReconnects ? isReconnect : '0',
    ...dimensions.map((dimension) => dimensionColumns[dimension]),
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
