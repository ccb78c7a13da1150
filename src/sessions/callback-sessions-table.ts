import type Database from 'better-sqlite3';
import { tableOf } from '../callbacks/types/typed-list-table.ts';
import { recordingEvents, recordings, rowsOfCallbackMax } from '../callbacks/types/typed-lists.ts';
import type { AsRead } from '../projecting/file/statements.ts';
import { knownEndOf } from './stream-session-table.ts';
import {
  afterEndMs,
  sessionsOf,
  type NamingCallback,
  type SessionOfCallback,
  type SessionSpan,
} from './callback-sessions.ts';

// Sessions and the callbacks that belong to them without being folded into them: one function decides, in both directions.

/** Sessions of one stream name that are considered: the newest that had begun by then. */
const spansMax = 200;

/** Callbacks of one stream that began before a moment and may last until it, such as recordings. */
const lastingMax = 100;

const spanColumns = `session.id, session.app_id AS appId, session.sequence, session.domain, session.path, session.stream_id AS streamId,
  session.relay_task_id AS relayTaskId, session.started_at AS startedAtMs, ${knownEndOf('session')} AS endedAtMs,
  session.state = 'LIVE' AS isLive, session.first_position AS firstPosition`;

type SpanColumns = AsRead<Omit<SessionSpan, 'isLive'>> & { readonly isLive: number };

function toSpan({ isLive, firstPosition, ...span }: SpanColumns): SessionSpan {
  return { ...span, isLive: isLive === 1, firstPosition: BigInt(firstPosition) };
}

const callbackColumns = `position, app_id AS appId, stream_id AS streamId, domain, path, named_sequence AS sequence,
  named_task_id AS taskId, began_at AS fromMs, occurred_at AS atMs, event_type AS eventType`;

type CallbackColumns = AsRead<NamingCallback> & { readonly eventType: number | null };

/** A callback of a session, and how sure that is. */
interface CallbackOfSession {
  readonly callback: NamingCallback;
  readonly sessions: readonly SessionOfCallback[];
}

/** Which callbacks of a session are asked for. */
interface CallbacksRequest {
  /** Null: of any type. */
  readonly eventTypes: readonly number[] | null;
  /** Callbacks examined at most, by each of the ways in which they may name the session. */
  readonly rowsMax: number;
}

const folded = 'session_id IS NULL AND task_row IS NULL';

function prepareStatements(db: Database.Database) {
  const span = (where: string) => `SELECT ${spanColumns} FROM stream_sessions AS session ${where}`;
  const byId = db.prepare<[number], SpanColumns>(span('WHERE session.id = ?'));
  const bySequence = db.prepare<[string], SpanColumns>(span(`WHERE session.sequence = ? LIMIT ${spansMax}`));
  const byTask = db.prepare<[string], SpanColumns>(
    span(
      `INDEXED BY stream_sessions_by_relay_task WHERE session.relay_task_id = ? ORDER BY session.ordered_at DESC LIMIT ${spansMax}`,
    ),
  );
  const byStream = db.prepare<[string, string | null, string | null, number], SpanColumns>(
    span(`INDEXED BY stream_sessions_by_stream_id WHERE session.stream_id = ? AND (? IS NULL OR session.domain = ?)
      AND (session.ordered_at <= ? OR session.started_at IS NULL) ORDER BY session.ordered_at DESC LIMIT ${spansMax}`),
  );
  const callback = db.prepare<[bigint], CallbackColumns>(
    `SELECT ${callbackColumns} FROM callbacks WHERE position = ? AND ${folded}`,
  );
  const callbacks = (index: string, where: string, order: string) =>
    db.prepare<unknown[], CallbackColumns>(
      `SELECT ${callbackColumns} FROM callbacks INDEXED BY ${index} WHERE ${where} AND ${folded}
         AND (? IS NULL OR event_type IN (SELECT value FROM json_each(?))) ORDER BY ${order} LIMIT +?`,
    );
  const ofSequence = callbacks('callbacks_by_named_sequence', 'named_sequence = ?', 'position DESC');
  const ofTask = callbacks(
    'callbacks_by_named_task',
    'named_task_id = ? AND stream_id IS NULL AND named_sequence IS NULL',
    'position DESC',
  );
  const ofStream = 'stream_id = ? AND domain IS ? AND named_sequence IS NULL';
  const within = callbacks('callbacks_by_stream', `${ofStream} AND began_at BETWEEN ? AND ?`, 'began_at DESC');
  const before = callbacks('callbacks_by_stream', `${ofStream} AND began_at < ? AND occurred_at >= ?`, 'began_at DESC');
  const untimed = callbacks(
    'callbacks_by_stream',
    `${ofStream} AND began_at IS NULL AND position >= ?`,
    'position DESC',
  );
  return { byId, bySequence, byTask, byStream, callback, ofSequence, ofTask, within, before, untimed };
}

/** Exceptions of recordings: most name no domain. */
const exceptionType = 341;

/**
 * Completes what a callback names by what other callbacks of its recording name: its states (332) and its files (100) have the same
 * session id, and a domain.
 */
function prepareNaming(db: Database.Database) {
  const [events, files] = [tableOf(recordingEvents), tableOf(recordings)];
  const others = (table: string) =>
    `SELECT other.domain, other.path FROM ${events} AS one
       JOIN ${table} AS other INDEXED BY ${table}_by_recording_id ON other.recording_id = one.recording_id
     WHERE one.entry BETWEEN @first AND @last AND other.domain IS NOT NULL`;
  const ofRecording = db.prepare<{ first: bigint; last: bigint }, Pick<NamingCallback, 'domain' | 'path'>>(
    `${others(events)} UNION ALL ${others(files)} LIMIT 1`,
  );
  return ({ eventType, ...columns }: CallbackColumns): NamingCallback => {
    const naming = { ...columns, position: BigInt(columns.position) };
    if (naming.domain !== null || eventType !== exceptionType) return naming;
    const rows = BigInt(rowsOfCallbackMax);
    const first = naming.position * rows;
    return { ...naming, ...ofRecording.get({ first, last: first + rows - 1n }) };
  };
}

/** `db` is a read-only connection. */
export function prepareCallbackSessions(db: Database.Database) {
  const namingOf = prepareNaming(db);
  const { byId, bySequence, byTask, byStream, callback, ...callbacks } = prepareStatements(db);

  /** All sessions that a callback may be of. */
  function spansFor({ sequence, taskId, streamId, domain, atMs }: NamingCallback): SessionSpan[] {
    if (sequence !== null) return bySequence.all(sequence).map(toSpan);
    if (streamId === null) return taskId === null ? [] : byTask.all(taskId).map(toSpan);
    return byStream.all(streamId, domain, domain, atMs ?? Number.MAX_SAFE_INTEGER).map(toSpan);
  }

  /** Callbacks that may be of a session, each once, the newest of each way of naming it first. */
  function candidatesOf(session: SessionSpan, { eventTypes, rowsMax }: CallbacksRequest): NamingCallback[] {
    const types = eventTypes === null ? null : JSON.stringify(eventTypes);
    const rest = [types, types] as const;
    const { sequence, relayTaskId, streamId, startedAtMs, endedAtMs, firstPosition } = session;
    const fromMs = startedAtMs ?? 0;
    const toMs = endedAtMs === null ? Number.MAX_SAFE_INTEGER : endedAtMs + afterEndMs;
    const found = [
      ...callbacks.ofSequence.all(sequence, ...rest, rowsMax),
      ...(relayTaskId === null ? [] : callbacks.ofTask.all(relayTaskId, ...rest, rowsMax)),
      ...(streamId === null ? [] : [session.domain, null]).flatMap((domain) => [
        ...callbacks.within.all(streamId, domain, fromMs, toMs, ...rest, rowsMax),
        ...callbacks.before.all(streamId, domain, fromMs, fromMs, ...rest, lastingMax),
        ...callbacks.untimed.all(streamId, domain, firstPosition, ...rest, rowsMax),
      ]),
    ];
    const byPosition = new Map(found.map((columns) => [columns.position, namingOf(columns)]));
    return [...byPosition.values()];
  }

  /** The same sessions for callbacks of one session, each way of naming them read once for all. */
  function createSpans(session: SessionSpan, candidates: readonly NamingCallback[]) {
    const kept = new Map<string, SessionSpan[]>();
    const once = (way: string, spans: () => SessionSpan[]) => {
      const found = kept.get(way) ?? [...new Map([session, ...spans()].map((one) => [one.id, one])).values()];
      kept.set(way, found);
      return found;
    };
    const { streamId } = session;
    const untilMs = candidates.reduce((latest, { atMs }) => Math.max(latest, atMs ?? Number.MAX_SAFE_INTEGER), 0);
    return (naming: NamingCallback): SessionSpan[] => {
      if (naming.sequence !== null) return once('sequence', () => bySequence.all(session.sequence).map(toSpan));
      if (naming.streamId === null) return once('task', () => byTask.all(session.relayTaskId ?? '').map(toSpan));
      return once('stream', () => byStream.all(streamId ?? '', null, null, untilMs).map(toSpan));
    };
  }

  return {
    /** The sessions that a callback belongs to, without being folded into one; none if there is no such callback. */
    sessionsOfCallback(position: bigint): readonly SessionOfCallback[] {
      const columns = callback.get(position);
      if (columns === undefined) return [];
      const naming = namingOf(columns);
      return sessionsOf(naming, spansFor(naming));
    },

    /** The callbacks that belong to a session without being folded into it, the newest first, with all sessions that each belongs to. */
    callbacksOfSession(sessionRow: number, request: CallbacksRequest): readonly CallbackOfSession[] {
      const row = byId.get(sessionRow);
      if (row === undefined) return [];
      const session = toSpan(row);
      const candidates = candidatesOf(session, request);
      const spansOf = createSpans(session, candidates);
      return candidates
        .map((naming) => ({ callback: naming, sessions: sessionsOf(naming, spansOf(naming)) }))
        .filter(({ sessions }) => sessions.some((one) => one.session.id === sessionRow))
        .sort(
          (one, other) =>
            (other.callback.fromMs ?? Infinity) - (one.callback.fromMs ?? Infinity) ||
            (one.callback.position < other.callback.position ? 1 : -1),
        )
        .slice(0, request.rowsMax);
    },
  };
}
