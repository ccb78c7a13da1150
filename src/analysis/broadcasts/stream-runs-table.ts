import type Database from 'better-sqlite3';
import {
  conditionOfStream,
  continues,
  touches,
  type BroadcastsQuestion,
  type StreamRun,
  type StreamSpan,
} from './broadcasts.ts';
import { reconnectWithinMs } from '../statistics/session-statistics.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';
import { readMatching } from '../matching-rows-table.ts';
import { endedAt, sessionSlices, supersededAt } from '../session-spans-table.ts';

/**
 * The streams that match and have a session in the window, each with these sessions and the ones before and after them
 * that belong to the same broadcasts. A session without a domain, path or stream name belongs to no stream.
 */
export function* readStreamRuns(
  db: Database.Database,
  { condition, window, gapMsMax }: BroadcastsQuestion,
  assertGoesOn: () => void,
): Generator<StreamRun> {
  const columns = [namedStreamKey, 'sequence_order', ...spanColumns, supersededAt];
  const slices = sessionSlices(window);
  const rows = {
    list: streamSessionList,
    by: 'STARTED_AT',
    condition: conditionOfStream(condition),
    columns,
    slices,
    assertGoesOn,
  };
  /** The first session in the window, by stream. */
  const firsts = new Map<string, StreamKey>();
  for (const [streamKey, sequenceOrder, ...rest] of readMatching<WindowColumns>(db, rows)) {
    if (streamKey === null) continue;
    const supersededAtMs = rest[spanColumns.length] as number | null;
    const session = toSpan(rest as unknown as SpanColumns);
    const next = supersededAtMs === null ? undefined : { ...session, orderedAtMs: supersededAtMs };
    if (!touches(session, next, window)) continue;
    const { orderedAtMs } = session;
    const known = firsts.get(streamKey);
    if (known === undefined || isEarlier({ orderedAtMs, sequenceOrder }, known)) {
      firsts.set(streamKey, { orderedAtMs, sequenceOrder });
    }
  }
  const read = readNeighbours(db);
  let count = 0;
  for (const [streamKey, first] of firsts) {
    const sessions: StreamSpan[] = [];
    for (const session of read.from(streamKey, first)) {
      const before = sessions.at(-1);
      const isBeyond = session.orderedAtMs >= window.toMs;
      if (isBeyond && before !== undefined && !continues(session, before, gapMsMax)) break;
      sessions.push(session);
      if (++count % sessionsBetweenChecks === 0) assertGoesOn();
    }
    const earlier: StreamSpan[] = [];
    for (const session of read.before(streamKey, first)) {
      const after = earlier.at(-1) ?? sessions[0];
      if (after === undefined || !continues(after, session, gapMsMax)) break;
      earlier.push(session);
      if (++count % sessionsBetweenChecks === 0) assertGoesOn();
    }
    const [appId = '', domain = '', path = '', streamId = ''] = JSON.parse(streamKey) as string[];
    yield { appId, domain, path, streamId, sessions: [...earlier.reverse(), ...sessions] };
  }
}

/** Null also if one of the stream's names is unknown. */
const namedStreamKey = 'CASE WHEN domain IS NOT NULL AND path IS NOT NULL THEN stream_key END';

/** Later than any moment: the end of a session that goes on. */
const never = Number.MAX_SAFE_INTEGER;

/** Partitions are by the names of a stream, without GROUP BY, so that SQLite reads only the streams that are asked for. */
const streamNames = 'app_id, domain, path, stream_id';
const inStream = `OVER (PARTITION BY ${streamNames} ORDER BY ordered_at, sequence_order)`;
const inBroadcast = `OVER (PARTITION BY ${streamNames}, nth)`;

/** When each session stopped pushing, as `stoppedAtMs` says. */
const stoppedSql = `SELECT ${streamNames}, ordered_at, sequence_order,
    CASE state WHEN 'LIVE' THEN ${never} WHEN 'ENDED' THEN ended_at
      ELSE nullif(min(coalesce(${endedAt('stream_sessions')}, ${never}), lead(ordered_at, 1, ${never}) ${inStream}), ${never})
    END AS stopped
  FROM stream_sessions WHERE domain IS NOT NULL AND path IS NOT NULL AND stream_id IS NOT NULL`;

/** All broadcasts, stitched with the usual gap as `listBroadcasts` does, for people who read with SQL. */
export const broadcastsSql = `SELECT ${streamNames}, ordered_at AS began, sessions, is_live, longest_gap,
    nullif(last_stopped, ${never}) AS stopped
  FROM (SELECT *, count(*) ${inBroadcast} AS sessions, coalesce(max(stopped = ${never}) ${inBroadcast}, 0) AS is_live,
      max(CASE WHEN is_last THEN stopped END) ${inBroadcast} AS last_stopped,
      max(CASE WHEN begins THEN 0 ELSE max(0, ordered_at - stopped_before) END) ${inBroadcast} AS longest_gap
    FROM (SELECT *, sum(begins) ${inStream} AS nth, lead(begins, 1, 1) ${inStream} AS is_last
      FROM (SELECT *, (ordered_at - stopped_before <= ${reconnectWithinMs}) IS NOT TRUE AS begins
        FROM (SELECT *, lag(stopped) ${inStream} AS stopped_before FROM (${stoppedSql})))))
  WHERE begins`;

/** Sessions examined between two checks of whether to go on: a few milliseconds. */
const sessionsBetweenChecks = 1_024;

interface StreamKey {
  readonly orderedAtMs: number;
  readonly sequenceOrder: string;
}

function isEarlier(one: StreamKey, other: StreamKey): boolean {
  if (one.orderedAtMs !== other.orderedAtMs) return one.orderedAtMs < other.orderedAtMs;
  return one.sequenceOrder < other.sequenceOrder;
}

const spanColumns = [
  'state',
  'ordered_at',
  endedAt('stream_sessions'),
  'end_side',
  'sequence',
  'CAST(first_position AS TEXT)',
  'started_at IS NOT NULL',
  'user_ip_key',
] as const;

type SpanColumns = readonly [
  state: StreamSpan['state'],
  orderedAtMs: number,
  endedAtMs: number | null,
  endSide: StreamSpan['endSide'],
  sequence: string,
  firstPosition: string,
  hasStart: number,
  userIpKey: string | null,
];

type WindowColumns = readonly [streamKey: string | null, sequenceOrder: string, ...rest: unknown[]];

function toSpan(columns: SpanColumns): StreamSpan {
  const [state, orderedAtMs, endedAtMs, endSide, sequence, firstPosition, hasStart, userIpKey] = columns;
  return { state, orderedAtMs, endedAtMs, endSide, sequence, firstPosition, hasStart: hasStart === 1, userIpKey };
}

/** Sessions of a stream from one on, in order, and those before it, the latest first. */
function readNeighbours(db: Database.Database) {
  const prepare = (comparison: '>=' | '<', direction: 'ASC' | 'DESC') =>
    db
      .prepare<[string, number, string], SpanColumns>(
        `SELECT ${spanColumns.join(', ')} FROM stream_sessions INDEXED BY stream_sessions_of_stream
         WHERE stream_key = ? AND (ordered_at, sequence_order) ${comparison} (?, ?)
         ORDER BY ordered_at ${direction}, sequence_order ${direction}`,
      )
      .raw();
  const [from, before] = [prepare('>=', 'ASC'), prepare('<', 'DESC')];
  const iterate = (statement: typeof from) =>
    function* (streamKey: string, { orderedAtMs, sequenceOrder }: StreamKey): Generator<StreamSpan> {
      for (const columns of statement.iterate(streamKey, orderedAtMs, sequenceOrder)) yield toSpan(columns);
    };
  return { from: iterate(from), before: iterate(before) };
}
