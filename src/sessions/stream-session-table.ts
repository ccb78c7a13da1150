import type Database from 'better-sqlite3';
import { addressKeyOrNull } from '../kernel/addresses.ts';
import type { PushFacts } from '../callbacks/types/push.ts';
import { columnNameOf, propertyOf, type ColumnProperties, type FieldColumns } from '../lists/list-fields.ts';
import { leastValue } from '../lists/sql/list-definition.ts';
import {
  columnGroup,
  prepareInsertOfValues,
  prepareRows,
  prepareUpdateOfGroups,
  type ColumnGroup,
  type ReadColumn,
} from '../projecting/file/statements.ts';
import { feedingToleranceMs } from '../relay/relay-task-rows.ts';
import {
  streamSessionFields,
  type SessionField,
  type StoredSessionView,
  type StreamSessionRow,
} from './stream-session-fields.ts';
import type { StreamSessionStatus, StreamSessionView } from './stream-session-view.ts';
import type { StreamSession, StreamSessionEnd, StreamSessionPush } from './stream-session.ts';

/** The end of a session that has none: a tolerance can be added to it. */
export const stillLive = Number.MAX_SAFE_INTEGER - feedingToleranceMs;

/** A value of the next session of its stream; null if there is none. `next` names that session in the value. */
export const ofNextSession = (session: string, value: string) => `(SELECT ${value} FROM stream_sessions AS next
    WHERE next.stream_key = ${session}.stream_key
      AND (next.ordered_at, next.sequence_order) > (${session}.ordered_at, ${session}.sequence_order)
    ORDER BY next.ordered_at, next.sequence_order LIMIT 1)`;

/** When a closed session ended: as the operator states, but when the next one of its stream began (an expression) at the latest. */
export const closedEnd = (session: string, nextBegan: string) =>
  `min(${session}.closed_at, coalesce(${nextBegan}, ${session}.closed_at))`;

/** When a session ended; one superseded without an interruption, when the next one of its stream began at the latest. */
export const endOfSession = (session: string) => `CASE ${session}.state
  WHEN 'ENDED' THEN coalesce(${session}.ended_at, ${session}.ordered_at)
  WHEN 'CLOSED' THEN ${closedEnd(session, ofNextSession(session, 'next.ordered_at'))}
  WHEN 'SUPERSEDED' THEN ${ofNextSession(session, 'next.ordered_at')}
  ELSE ${stillLive} END`;

/** The same by CSS's clock alone, or what an operator states: null if it is unknown, or the push goes on. */
export const knownEndOf = (session: string) => `CASE ${session}.state
  WHEN 'ENDED' THEN ${session}.ended_at
  WHEN 'CLOSED' THEN ${closedEnd(session, ofNextSession(session, 'next.started_at'))}
  WHEN 'SUPERSEDED' THEN ${ofNextSession(session, 'next.started_at')} END`;

/**
 * Milliseconds that most sessions are shorter than. A search for sessions that pushed at a given moment reads all that began within this
 * time before it; of those that began earlier, it reads only the index of longer ones.
 */
export const longSessionMs = 6 * 3_600_000;

/** Ended sessions longer than that, and those that ended before they began, because a callback has a wrong time. */
export const longSessions = {
  index: 'stream_sessions_long',
  when: `state = 'ENDED' AND ended_order - ordered_at NOT BETWEEN 0 AND ${longSessionMs}`,
};

/** Ordered by their end; includes their start, so that reading it needs no row. */
export const longSessionsIndexSql = `CREATE INDEX ${longSessions.index} ON stream_sessions (ended_order, list_position, ordered_at)
  WHERE ${longSessions.when}`;

/**
 * The newest tasks that push to a stream, and callbacks of each task, that are considered: a task may loop for years. More than one, because
 * a spooled callback gets its position late.
 */
const newestMax = 20;

/** When a callback of the session itself last arrived: the second value of its fold, see `toFoldText`. */
export const lastReceivedOf = (session: string) => `json_extract(${session}.session, '$[1]')`;

/** The same in a query of the table by its own name. */
export const lastReceivedSql = lastReceivedOf('stream_sessions');

/** When the newest callbacks of the stream's name arrived that meet a condition. */
const heardOfNamed = (domain: string, condition: string) => `(SELECT max(newest.last_received_at) FROM (
  SELECT named.last_received_at FROM callbacks AS named INDEXED BY callbacks_by_stream
  WHERE named.stream_id = stream_sessions.stream_id AND named.domain IS ${domain} AND named.named_sequence IS NULL AND named.event_type IS NOT 0
    AND (named.app_id IS NULL OR named.app_id = stream_sessions.app_id)
    AND (named.path IS NULL OR named.path = stream_sessions.path) AND ${condition}
  LIMIT ${newestMax}) AS newest)`;

const sinceStart = 'named.began_at >= coalesce(stream_sessions.started_at, 0)';

const otherOfName = `FROM stream_sessions AS other INDEXED BY stream_sessions_by_stream_id
  WHERE other.stream_id = stream_sessions.stream_id AND other.id <> stream_sessions.id`;

/** Recordings and other callbacks that name the domain and the stream; of those without a time, what came after the session. */
const heardOfStream = heardOfNamed(
  'stream_sessions.domain',
  `named.domain IS NOT NULL AND ${sinceStart} ORDER BY named.began_at DESC`,
);
const heardWithoutTime = heardOfNamed(
  'stream_sessions.domain',
  'named.domain IS NOT NULL AND named.began_at IS NULL AND named.position > stream_sessions.first_position ORDER BY named.position DESC',
);

/**
 * Screenshots name neither account nor domain: they count only if no other push of a stream of that name ran then. The first condition
 * follows from the last; it spares looking at each callback since another push began that goes on.
 */
const heardOfName = heardOfNamed(
  'NULL',
  `named.began_at < coalesce((SELECT min(coalesce(other.started_at, 0)) ${otherOfName} AND other.state = 'LIVE'), ${stillLive}) AND ${sinceStart}
    AND NOT EXISTS (SELECT 1 ${otherOfName} AND coalesce(other.started_at, 0) <= named.began_at
      AND coalesce(${knownEndOf('other')}, ${stillLive}) >= named.began_at)
  ORDER BY named.began_at DESC`,
);

/** Push errors and others that name the push itself. */
const heardOfSequence = `(SELECT max(named.last_received_at) FROM callbacks AS named INDEXED BY callbacks_by_named_sequence
  WHERE named.named_sequence = stream_sessions.sequence AND (named.app_id IS NULL OR named.app_id = stream_sessions.app_id))`;

/** Callbacks of the tasks that push to the stream. */
const heardOfTasks = `(SELECT max(task.heard) FROM (
    SELECT (SELECT max(newest.last_received_at) FROM (
        SELECT callbacks.last_received_at FROM callbacks INDEXED BY callbacks_of_task
        WHERE callbacks.task_row = relay_tasks.id ORDER BY callbacks.position DESC LIMIT ${newestMax}
      ) AS newest) AS heard
    FROM relay_tasks INDEXED BY relay_tasks_by_stream_id
    WHERE relay_tasks.stream_id = stream_sessions.stream_id AND relay_tasks.domain = stream_sessions.domain
      AND relay_tasks.path = stream_sessions.path AND relay_tasks.app_id = stream_sessions.app_id
    ORDER BY relay_tasks.ordered_at DESC LIMIT ${newestMax}
  ) AS task)`;

/** When something was last heard of a session; for a live session, callbacks that name its stream count too. */
export const lastHeardSql = `CASE WHEN stream_sessions.state = 'LIVE'
  THEN max(${lastReceivedSql}, coalesce(${heardOfStream}, 0), coalesce(${heardWithoutTime}, 0), coalesce(${heardOfName}, 0), coalesce(${heardOfSequence}, 0), coalesce(${heardOfTasks}, 0)) ELSE ${lastReceivedSql} END`;

type ReadValue = ReadColumn<StoredSessionView>;

function columnsWhere(isWanted: (field: SessionField) => boolean): Readonly<Record<string, ReadValue>> {
  const wanted = Object.entries<SessionField>(streamSessionFields).filter(
    ([, field]) => field.hasColumn !== false && isWanted(field),
  );
  return Object.fromEntries(wanted.map(([name, field]) => [columnNameOf(name, field), valueOf(name, field)]));
}

/** Does not compile if neither the view nor the status has a field with a column. */
type WrittenProperties = Pick<
  StreamSessionView & StreamSessionStatus,
  keyof ColumnProperties<typeof streamSessionFields>
>;

function valueOf(name: string, field: SessionField): ReadValue {
  const property = propertyOf(name, field) as keyof WrittenProperties;
  return field.of === 'STATUS'
    ? ({ status }) => (status as Partial<WrittenProperties>)[property]
    : ({ view }) => (view as Partial<WrittenProperties>)[property];
}

/** Only columns of the first three groups are indexed. `session` is the fold; the other columns serve filters and orders. */
const columnGroups: readonly ColumnGroup<StoredSessionView>[] = [
  columnGroup(
    {
      ...columnsWhere(({ index, changesWith }) => index !== undefined && changesWith === undefined),
      stream_key: ({ view }) => view.orderKey?.streamKey ?? null,
      ordered_at: ({ view }) => view.orderedAtMs,
      sequence_order: ({ view }) => view.sequenceOrder,
    },
    { user_ip_key: ({ view }) => addressKeyOrNull(view.userIp) },
  ),
  columnGroup({
    ...columnsWhere(({ changesWith }) => changesWith === 'END'),
    ended_order: ({ view }) => view.endedAtMs ?? leastValue,
  }),
  columnGroup({
    changed_position: ({ changed }) => changed.position,
    changed_ordinal: ({ changed }) => changed.ordinal,
  }),
  columnGroup(columnsWhere(({ changesWith }) => changesWith === 'TAKEOVER')),
  columnGroup(
    columnsWhere(
      ({ index, changesWith, isChanging }) => index === undefined && changesWith === undefined && isChanging !== true,
    ),
    { node_key: ({ view }) => addressKeyOrNull(view.accessPoint) },
  ),
  {
    // A fold is immutable: if it is the same object, all that follows from it is unchanged.
    compared: [({ session }) => session],
    written: {
      ...columnsWhere(
        ({ index, changesWith, isChanging }) => index === undefined && changesWith === undefined && isChanging === true,
      ),
      session: ({ session }) => toFoldText(session),
    },
  },
];

const columnNames = columnGroups.flatMap(({ written }) => Object.keys(written));
const readers = columnGroups.flatMap(({ written }) => Object.values(written));

/** Columns of a session as they are read. */
export type StoredSessionColumns = FieldColumns<typeof streamSessionFields> & {
  readonly id: number;
  readonly changed_position: number;
  readonly changed_ordinal: number;
  readonly session: string;
};

const columnsRead = [
  'id',
  'app_id',
  'sequence',
  'session',
  'state',
  'end_side',
  'changed_position',
  'changed_ordinal',
] as const satisfies readonly (keyof StoredSessionColumns)[];

/** The columns that the projector reads back: a session's fold, and its status among its neighbours. */
export type SessionColumns = Pick<StoredSessionColumns, (typeof columnsRead)[number]>;

/** Restores the fold of a session from its columns. */
export function toStreamSessionRow(columns: SessionColumns): StreamSessionRow {
  return {
    id: columns.id,
    session: fromFoldText(columns.session, columns.app_id, columns.sequence),
    status: { state: columns.state, endSide: columns.end_side },
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** Prepares a look-up of one session; `rest` follows the name of the table. */
export function prepareSession<Parameters extends unknown[]>(db: Database.Database, rest: string) {
  const statement = prepareRows<SessionColumns>(db, `SELECT ${columnsRead.join(', ')} FROM stream_sessions ${rest}`);
  return (...parameters: Parameters) => statement.get(parameters);
}

/** Sessions of one stream and one moment that are put in order: each new one orders them all. More are listed as they arrived. */
const inOrderMax = 20;

/** The projector's statements for stream sessions. */
export function prepareSessionTable(db: Database.Database) {
  const beforeSql = `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`;
  const ofSequence = prepareRows<SessionColumns>(
    db,
    `SELECT ${columnsRead.join(', ')} FROM stream_sessions WHERE sequence = ? ORDER BY app_id`,
  );
  const insert = prepareInsertOfValues(db, 'stream_sessions', [
    'id',
    'first_position',
    'list_position',
    ...columnNames,
  ]);
  const update = prepareUpdateOfGroups(db, 'stream_sessions', columnGroups);
  const atMoment = 'FROM stream_sessions WHERE stream_key = ? AND ordered_at = ?';
  const putInOrder = db.prepare<[string, number, string, number]>(
    `UPDATE stream_sessions SET list_position = first.position
     FROM (SELECT id, row_number() OVER (ORDER BY sequence_order) AS nth ${atMoment}) AS own
     JOIN (SELECT first_position AS position, row_number() OVER (ORDER BY first_position) AS nth ${atMoment}) AS first USING (nth)
     WHERE stream_sessions.id = own.id`,
  );
  const putAsArrived = db.prepare<[string, number]>(
    'UPDATE stream_sessions SET list_position = first_position WHERE stream_key = ? AND ordered_at = ?',
  );
  const countAtMoment = db
    .prepare<[string, number], number>(`SELECT count(*) FROM (SELECT 1 ${atMoment} LIMIT ${inOrderMax + 2})`)
    .pluck();
  return {
    lastId: db.prepare<[], number | null>('SELECT max(id) FROM stream_sessions').pluck(),
    bySequence: prepareSession<[string, string]>(db, 'WHERE sequence = ? AND app_id = ?'),
    ofSequence: (sequence: string) => ofSequence.all([sequence]),
    byId: prepareSession<[number]>(db, 'WHERE id = ?'),
    newest: prepareSession<[string]>(db, 'WHERE stream_key = ? ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1'),
    before: prepareSession<[string, number, string]>(db, beforeSql),
    endOfBefore: db.prepare<[string, number, string], Pick<StoredSessionColumns, 'id' | 'ended_at'>>(
      `SELECT id, ended_at FROM stream_sessions ${beforeSql}`,
    ),
    after: prepareSession<[string, number, string]>(
      db,
      `WHERE stream_key = ? AND (ordered_at, sequence_order) > (?, ?)
       ORDER BY ordered_at, sequence_order LIMIT 1`,
    ),
    /** Lists the sessions of a stream that began at one moment in the order of their sequences. */
    putInOrder(streamKey: string, orderedAtMs: number): void {
      const count = countAtMoment.get(streamKey, orderedAtMs) ?? 0;
      if (count <= inOrderMax) putInOrder.run(streamKey, orderedAtMs, streamKey, orderedAtMs);
      else if (count === inOrderMax + 1) putAsArrived.run(streamKey, orderedAtMs);
    },
    insert(row: StoredSessionView, firstPosition: bigint): void {
      insert(row.id, firstPosition, firstPosition, ...readers.map((read) => read(row)));
    },
    update: (row: StoredSessionView, stored: StoredSessionView): void => update(row.id, row, stored),
  };
}

/**
 * The fold of a session as stored in its row: values by position instead of by name, and facts that an interruption repeats from the push
 * only once. This halves the text, and so the pages that sessions fill. The account and the sequence have their own columns. This is the
 * format on disk: a change needs a new read model version.
 */
type FoldText = readonly [
  firstReceivedAtMs: number,
  lastReceivedAtMs: number,
  deliveries: number,
  push: PushText | null,
  end: EndText | null,
  /** Nearly always absent: no operator has closed the session. */
  closedAtMs?: number,
];

type PushText = readonly [occurredAtMs: number | null, digest: string, facts: FactsText];

type EndText = readonly [
  occurredAtMs: number | null,
  digest: string,
  pushDurationMs: number | null,
  endCode: number | null,
  endMessage: string | null,
  /** Null if they equal those of the push. */
  facts: FactsText | null,
  /** Nearly always absent: the code is a 32-bit number. */
  endCodeText?: string,
];

type FactsText = readonly [
  domain: string | null,
  path: string | null,
  streamId: string | null,
  channelId: string | null,
  node: string | null,
  userIp: string | null,
  streamParam: string | null,
  /* Absent if the callback has none of them, as in older revisions of the vendor's page. */
  ...later: LaterFacts | [],
];

type LaterFacts = [width: number | null, height: number | null, setId: number | null, idcId: number | null];

/** Writes the fold of a session as its column has it. */
export function toFoldText({
  push,
  end,
  firstReceivedAtMs,
  lastReceivedAtMs,
  deliveries,
  closedAtMs,
}: StreamSession): string {
  const pushText: PushText | null = push === null ? null : [push.occurredAtMs, push.digest, toFactsText(push.facts)];
  const endText = end === null ? null : toEndText(end, pushText?.[2] ?? null);
  const fold: FoldText = [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText];
  return JSON.stringify(closedAtMs === null ? fold : [...fold, closedAtMs]);
}

const inFold = (path: string) => `json_extract(stream_sessions.session, '$${path}')`;

/** Fields that only the fold of a session has, for SQL. */
export const foldSql = {
  firstReceivedAt: inFold('[0]'),
  deliveries: inFold('[2]'),
  channelId: `coalesce(${inFold('[3][2][3]')}, ${inFold('[4][5][3]')})`,
  endMessage: inFold('[4][4]'),
  endCodeText: inFold('[4][6]'),
};

/** Reads what `toFoldText` wrote, with what the session has in columns of its own. */
export function fromFoldText(text: string, appId: string, sequence: string): StreamSession {
  const [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText, closedAtMs = null] = JSON.parse(
    text,
  ) as FoldText;
  const push = pushText === null ? null : fromPushText(pushText);
  const end = endText === null ? null : fromEndText(endText, push?.facts ?? null);
  return { appId, sequence, push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries, closedAtMs };
}

function toEndText(end: StreamSessionEnd, ofPush: FactsText | null): EndText {
  const { occurredAtMs, digest, pushDurationMs, endCode, endCodeText, endMessage } = end;
  const facts = toFactsText(end.facts);
  const isSame = ofPush?.length === facts.length && facts.every((fact, index) => fact === ofPush[index]);
  const named = isSame ? null : facts;
  return endCodeText === null
    ? [occurredAtMs, digest, pushDurationMs, endCode, endMessage, named]
    : [occurredAtMs, digest, pushDurationMs, endCode, endMessage, named, endCodeText];
}

function fromPushText([occurredAtMs, digest, facts]: PushText): StreamSessionPush {
  return { occurredAtMs, digest, facts: fromFactsText(facts) };
}

function fromEndText(endText: EndText, ofPush: PushFacts | null): StreamSessionEnd {
  const [occurredAtMs, digest, pushDurationMs, endCode, endMessage, own, endCodeText = null] = endText;
  const facts = own === null ? ofPush : fromFactsText(own);
  if (facts === null) throw new Error('The fold of a session has an end without facts, and no push to take them from.');
  return { occurredAtMs, digest, facts, pushDurationMs, endCode, endCodeText, endMessage };
}

function toFactsText(facts: PushFacts): FactsText {
  const { domain, path, streamId, channelId, node, userIp, streamParam, width, height, setId, idcId } = facts;
  if (width === null && height === null && setId === null && idcId === null) {
    return [domain, path, streamId, channelId, node, userIp, streamParam];
  }
  return [domain, path, streamId, channelId, node, userIp, streamParam, width, height, setId, idcId];
}

function fromFactsText(text: FactsText): PushFacts {
  const [domain, path, streamId, channelId, node, userIp, streamParam] = text;
  const [, , , , , , , width = null, height = null, setId = null, idcId = null] = text;
  return { domain, path, streamId, channelId, node, userIp, streamParam, width, height, setId, idcId };
}
