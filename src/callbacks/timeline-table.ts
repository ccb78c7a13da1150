import type Database from 'better-sqlite3';
import type { Conclusion } from '../kernel/sureness.ts';
import type { RelayTaskReader } from '../relay/relay-task-rows.ts';
import { bySequence } from '../sessions/callback-sessions.ts';
import type { prepareCallbackSessions } from '../sessions/callback-sessions-table.ts';
import { endOfSession, lastReceivedOf, stillLive } from '../sessions/stream-session-table.ts';
import type { CallbackRow, Timeline, TimelineOwner } from './callback-fields.ts';
import { prepareFirstRecordedAfter } from './callback-table.ts';

/**
 * Milliseconds before and after a session that belong to its timeline: to include both sides of a reconnect, and
 * because clocks count whole seconds.
 */
const timelineToleranceMs = 60_000;

/** Callbacks examined at most for one timeline: some 10 ms of work. */
export const timelineRowsMax = 10_000;

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
  readonly begin: number;
  readonly end: number;
  /** When its callbacks first and last arrived. */
  readonly firstReceived: number;
  readonly lastReceived: number;
}

type Found = readonly [position: bigint, occurredAtMs: bigint | null, receivedAtMs: bigint];

interface TimelineReaders {
  readonly relay: Pick<RelayTaskReader, 'taskJoins'>;
  readonly callbackByPosition: (position: bigint) => CallbackRow | null;
  readonly callbackSessions: ReturnType<typeof prepareCallbackSessions>;
}

/** Reads the timeline of a session from a moment on; null if there is no such session. */
type ReadTimeline = (sessionRow: number, fromMs: number | null, entriesMax: number) => Timeline | null;

/** Prepares the statements for timelines; `db` is a read-only connection. */
export function prepareTimeline(db: Database.Database, readers: TimelineReaders): ReadTimeline {
  const firstRecordedAfter = prepareFirstRecordedAfter(db);
  const time = db.prepare<[number], SessionTime>(
    `SELECT stream_key, ordered_at AS begin, ${endOfSession('session')} AS end,
       json_extract(session.session, '$[0]') AS firstReceived, ${lastReceivedOf('session')} AS lastReceived
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
      .prepare<Parameters, Found>(`SELECT position, occurred_at, received_at FROM callbacks ${where} ORDER BY position`)
      .raw()
      .safeIntegers();
  const ofSession = callbacks<[number]>('INDEXED BY callbacks_of_session WHERE session_id = ?');
  const ofTask = callbacks<[number, bigint]>('INDEXED BY callbacks_of_task WHERE task_row = ? AND position >= ?');

  return (sessionRow, askedFromMs, entriesMax) => {
    const session = time.get(sessionRow);
    if (session === undefined) return null;
    const isLive = session.end === stillLive;
    // A callback with a wrong time may put the end before the beginning.
    const fromMs = Math.min(session.begin, session.end) - timelineToleranceMs;
    const toMs = Math.max(session.begin, session.end) + timelineToleranceMs;
    const beginMs = Math.max(fromMs, askedFromMs ?? fromMs);
    const received = {
      fromMs: session.firstReceived - timelineToleranceMs,
      toMs: isLive ? Infinity : session.lastReceived + timelineToleranceMs,
    };
    const search = createSearch({ fromMs, toMs, received });
    search.add({ owner: 'SESSION', ...bySequence }, ofSession.iterate(sessionRow));
    // Null also if nothing was recorded since: then only the session's own callbacks count.
    const since = firstRecordedAfter(beginMs - clocksApartMs);
    if (session.stream_key !== null && since !== null) {
      for (const id of neighbours.all(session.stream_key, session.begin, session.stream_key, session.begin)) {
        if (id !== sessionRow) search.add({ owner: 'NEIGHBOUR', ...bySequence }, ofSession.iterate(id));
      }
      readers.relay.taskJoins(sessionRow, tasksMax).forEach(({ task, ...conclusion }, index, tasks) => {
        search.add({ owner: 'RELAY_TASK', ...conclusion }, ofTask.iterate(task.id, since), tasks.length - index + 1);
      });
    }
    const request = { eventTypes: null, rowsMax: namingMax };
    const naming = readers.callbackSessions.callbacksOfSession(sessionRow, request);
    for (const { callback, sessions } of naming) {
      const conclusion = sessions.find((one) => one.session.id === sessionRow);
      if (conclusion === undefined) continue;
      const { sureness, because, alternative } = conclusion;
      search.put({ owner: 'STREAM', sureness, because, alternative }, callback.position, callback.atMs);
    }
    const { found, isComplete } = search.result(beginMs, entriesMax);
    return {
      fromMs,
      toMs: isLive ? null : toMs,
      isComplete: isComplete && naming.length < namingMax,
      entries: found.flatMap(({ position, orderedAtMs, whose }) => {
        const callback = readers.callbackByPosition(position);
        if (callback === null) return [];
        return [{ atMs: callback.occurredAtMs ?? callback.receivedAtMs, orderedAtMs, ...whose, callback }];
      }),
    };
  };
}

/** Callbacks that name the session or its stream, at most: with a screenshot each minute, those of half a day. */
const namingMax = 1_000;

interface SearchBounds {
  /** By CSS's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** By ours: for callbacks without a time. */
  readonly received: { readonly fromMs: number; readonly toMs: number };
}

type Whose = Conclusion & { readonly owner: TimelineOwner };

interface Placed {
  readonly position: bigint;
  /** By CSS's clock; null: the callback has no time. */
  readonly atMs: number | null;
  readonly whose: Whose;
}

/** Collects callbacks in a time range from several owners, each in log order, within one bound for all. */
function createSearch({ fromMs, toMs, received }: SearchBounds) {
  const all: Placed[] = [];
  let rowsLeft = timelineRowsMax;
  /** Results are complete up to this time. */
  let knownUntilMs = Infinity;
  return {
    /** `owners`: how many owners share the remaining rows, so that one that goes on for years leaves some for the others. */
    add(whose: Whose, rows: Iterable<Found>, owners = 1): void {
      let lastMs = fromMs;
      let left = Math.floor(rowsLeft / owners);
      for (const [position, occurredAt, receivedAt] of rows) {
        const atMs = occurredAt === null ? null : Number(occurredAt);
        // Not earlier, because a later entry of the log may have an earlier time.
        if (left === 0) {
          const isFarLater = atMs === null ? Number(receivedAt) > received.toMs + lateMsMax : atMs > toMs + lateMsMax;
          if (!isFarLater) knownUntilMs = Math.min(knownUntilMs, lastMs);
          return;
        }
        left -= 1;
        rowsLeft -= 1;
        const isWithin =
          atMs === null
            ? Number(receivedAt) >= received.fromMs && Number(receivedAt) <= received.toMs
            : atMs >= fromMs && atMs <= toMs;
        if (!isWithin) continue;
        lastMs = Math.max(lastMs, atMs ?? lastMs);
        all.push({ position, atMs, whose });
      }
    },
    put(whose: Whose, position: bigint, atMs: number | null): void {
      all.push({ position, atMs, whose });
    },
    /** In order: a callback without a time comes after all that had arrived before it. */
    result(beginMs: number, entriesMax: number) {
      let latestMs = fromMs;
      const known = [...all]
        .sort((one, other) => compare(one.position, other.position))
        .map(({ position, atMs, whose }) => {
          latestMs = Math.max(latestMs, atMs ?? latestMs);
          return { position, whose, orderedAtMs: atMs ?? latestMs };
        })
        .filter(({ orderedAtMs }) => orderedAtMs >= beginMs && orderedAtMs <= knownUntilMs)
        .sort((one, other) => one.orderedAtMs - other.orderedAtMs || compare(one.position, other.position));
      return { found: known.slice(0, entriesMax), isComplete: knownUntilMs === Infinity && known.length <= entriesMax };
    },
  };
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}
