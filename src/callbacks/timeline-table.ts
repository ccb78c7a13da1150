import type Database from 'better-sqlite3';
import type { RelayTaskReader } from '../relay/relay-task-rows.ts';
import {
  type CallbackRow,
  timelineRowsMax,
  timelineToleranceMs,
  type Timeline,
  type TimelineOwner,
} from './callback-rows.ts';
import { prepareFirstRecordedAfter } from './callback-table.ts';
import { endOfSession, stillLive } from '../sessions/stream-session-table.ts';

/** Milliseconds by which the log's clock may be behind CSS's: callbacks recorded even earlier are not from the session's time. */
const clocksApartMs = 3_600_000;

/** Milliseconds by which callbacks may be late in the log; this ends the search for callbacks of a session's time. */
const lateMsMax = 3_600_000;

/** Sessions of the stream before and after it whose callbacks are searched: more are hardly ever in its time. */
const neighboursMax = 20;

/** The newest relay tasks whose callbacks are searched. */
const tasksMax = 20;

interface SessionTime {
  readonly stream_key: string | null;
  readonly app_id: string;
  readonly domain: string | null;
  readonly stream_id: string | null;
  readonly begin: number;
  readonly end: number;
}

type Found = readonly [position: bigint, atMs: bigint];

interface TimelineReaders {
  readonly relay: Pick<RelayTaskReader, 'tasksFeeding'>;
  readonly callbackByPosition: (position: bigint) => CallbackRow | null;
}

/** Reads the timeline of a session from a moment on; null if there is no such session. */
export type ReadTimeline = (sessionRow: number, fromMs: number | null, entriesMax: number) => Timeline | null;

/** Prepares the statements for timelines; `db` is a read-only connection. */
export function prepareTimeline(db: Database.Database, readers: TimelineReaders): ReadTimeline {
  const firstRecordedAfter = prepareFirstRecordedAfter(db);
  const time = db.prepare<[number], SessionTime>(
    `SELECT stream_key, app_id, domain, stream_id, ordered_at AS begin, ${endOfSession('session')} AS end
     FROM stream_sessions AS session WHERE id = ?`,
  );
  const neighbour = (comparison: '<' | '>=', direction: 'ASC' | 'DESC') =>
    `SELECT id FROM (SELECT id FROM stream_sessions INDEXED BY stream_sessions_of_stream WHERE stream_key = ?
       AND ordered_at ${comparison} ? ORDER BY ordered_at ${direction}, sequence_order ${direction} LIMIT ${neighboursMax})`;
  const neighbours = db
    .prepare<[string, number, string, number], number>(`${neighbour('<', 'DESC')} UNION ALL ${neighbour('>=', 'ASC')}`)
    .pluck();
  const callbacks = <Parameters extends unknown[]>(where: string) =>
    db
      .prepare<Parameters, Found>(
        `SELECT position, coalesce(occurred_at, received_at) FROM callbacks ${where} ORDER BY position`,
      )
      .raw()
      .safeIntegers();
  const ofSession = callbacks<[number]>('INDEXED BY callbacks_of_session WHERE session_id = ?');
  const ofTask = callbacks<[number, bigint]>('INDEXED BY callbacks_of_task WHERE task_row = ? AND position >= ?');
  const ofStream = callbacks<[string, bigint, string | null, string]>(
    `INDEXED BY callbacks_by_stream WHERE stream_id = ? AND position >= ? AND session_id IS NULL AND task_row IS NULL
       AND (domain IS NULL OR domain = ?) AND (app_id IS NULL OR app_id = ?)`,
  );

  return (sessionRow, askedFromMs, entriesMax) => {
    const session = time.get(sessionRow);
    if (session === undefined) return null;
    // A callback with a wrong time may put the end before the beginning.
    const fromMs = Math.min(session.begin, session.end) - timelineToleranceMs;
    const toMs = Math.max(session.begin, session.end) + timelineToleranceMs;
    const beginMs = Math.max(fromMs, askedFromMs ?? fromMs);
    const search = createSearch({ fromMs: beginMs, toMs, entriesMax });
    search.add('SESSION', ofSession.iterate(sessionRow));
    const { stream_key: key, stream_id: streamId } = session;
    // Null also if nothing was recorded since: then only the session's own callbacks count.
    const since = firstRecordedAfter(beginMs - clocksApartMs);
    if (key !== null && streamId !== null && since !== null) {
      for (const id of neighbours.all(key, session.begin, key, session.begin)) {
        if (id !== sessionRow) search.add('NEIGHBOUR', ofSession.iterate(id));
      }
      readers.relay.tasksFeeding(sessionRow, tasksMax).forEach(({ id }, index, tasks) => {
        search.add('RELAY_TASK', ofTask.iterate(id, since), tasks.length - index + 1);
      });
      search.add('STREAM', ofStream.iterate(streamId, since, session.domain, session.app_id));
    }
    const { found, isComplete } = search.result();
    return {
      fromMs,
      toMs: session.end === stillLive ? null : toMs,
      isComplete,
      entries: found.flatMap(({ position, atMs, owner }) => {
        const callback = readers.callbackByPosition(position);
        return callback === null ? [] : [{ atMs, owner, callback }];
      }),
    };
  };
}

interface SearchBounds {
  readonly fromMs: number;
  readonly toMs: number;
  readonly entriesMax: number;
}

/** Collects callbacks in a time range from several owners, each in log order, within one bound for all. */
function createSearch({ fromMs, toMs, entriesMax }: SearchBounds) {
  const all: { readonly position: bigint; readonly atMs: number; readonly owner: TimelineOwner }[] = [];
  let rowsLeft = timelineRowsMax;
  /** Results are complete up to this time. */
  let knownUntilMs = Infinity;
  return {
    /** `owners`: how many owners share the remaining rows, so that one that goes on for years leaves some for the others. */
    add(owner: TimelineOwner, rows: Iterable<Found>, owners = 1): void {
      let lastMs = fromMs;
      let left = Math.floor(rowsLeft / owners);
      for (const [position, at] of rows) {
        const atMs = Number(at);
        // Not earlier, because a later entry of the log may have an earlier time.
        if (left === 0) {
          if (atMs <= toMs + lateMsMax) knownUntilMs = Math.min(knownUntilMs, lastMs);
          return;
        }
        left -= 1;
        rowsLeft -= 1;
        if (atMs < fromMs || atMs > toMs) continue;
        lastMs = Math.max(lastMs, atMs);
        all.push({ position, atMs, owner });
      }
    },
    result() {
      const known = all
        .filter(({ atMs }) => atMs <= knownUntilMs)
        .sort((one, other) => one.atMs - other.atMs || (one.position < other.position ? -1 : 1));
      return { found: known.slice(0, entriesMax), isComplete: knownUntilMs === Infinity && known.length <= entriesMax };
    },
  };
}
