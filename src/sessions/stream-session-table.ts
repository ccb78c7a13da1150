import type Database from 'better-sqlite3';
import type { PushFacts } from '../callbacks/callback.ts';
import type { StreamSession, StreamSessionEnd, StreamSessionPush } from './stream-session.ts';
import { streamSessionFields, type SessionField } from './stream-session-fields.ts';
import type { StreamSessionStatus, StreamSessionView } from './stream-session-view.ts';
import type { StoredSessionView } from '../projecting/read-model-writer.ts';
import type { StreamSessionRow } from '../projecting/rows.ts';
import { prepareInsertOfValues, prepareRows, prepareUpdateOfValues } from '../projecting/file/statements.ts';
import { columnNameOf, propertyOf, type FieldColumns } from '../lists/list-fields.ts';
import { leastValue } from '../lists/sql/list-definition.ts';

/** Reads the value of a column; `foldText` is the text of the row's session. */
type ReadValue = (row: StoredSessionView, foldText: string | null) => unknown;

function columnsWhere(isWanted: (field: SessionField) => boolean): Readonly<Record<string, ReadValue>> {
  const wanted = Object.entries<SessionField>(streamSessionFields).filter(
    ([, field]) => field.hasColumn !== false && isWanted(field),
  );
  return Object.fromEntries(wanted.map(([name, field]) => [columnNameOf(name), valueOf(name, field)]));
}

function valueOf(name: string, field: SessionField): ReadValue {
  const property = propertyOf(name, field);
  return field.of === 'STATUS'
    ? ({ status }) => status[property as keyof StreamSessionStatus]
    : ({ view }) => view[property as keyof StreamSessionView];
}

/**
 * The columns of a session that may change, in groups that change together: an update writes a whole group. Only columns of the first
 * three groups are indexed. `session` is its fold; the other columns serve filters and orders.
 */
const columnGroups: readonly Readonly<Record<string, ReadValue>>[] = [
  {
    ...columnsWhere(({ index, changesWith }) => index !== undefined && changesWith === undefined),
    stream_key: ({ view }) => view.orderKey?.streamKey ?? null,
    ordered_at: ({ view }) => view.orderedAtMs,
    sequence_order: ({ view }) => view.sequenceOrder,
  },
  {
    ...columnsWhere(({ changesWith }) => changesWith === 'END'),
    ended_order: ({ view }) => view.endedAtMs ?? leastValue,
  },
  { changed_position: ({ changed }) => changed.position, changed_ordinal: ({ changed }) => changed.ordinal },
  columnsWhere(({ changesWith }) => changesWith === 'TAKEOVER'),
  {
    ...columnsWhere(({ index, changesWith }) => index === undefined && changesWith === undefined),
    closed_at: ({ view }) => view.closedAtMs,
    session: (_row, foldText) => foldText,
  },
];

const groupNames = columnGroups.map((group) => Object.keys(group));
const readers = columnGroups.flatMap((group) => Object.values(group));

/** The values of all columns, group by group. */
function valuesOf(row: StoredSessionView, foldText: string | null): unknown[] {
  return readers.map((read) => read(row, foldText));
}

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

/** The projector's statements for stream sessions. */
export function prepareSessionTable(db: Database.Database) {
  const beforeSql = `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`;
  const insert = prepareInsertOfValues(db, 'stream_sessions', ['id', 'first_position', ...groupNames.flat()]);
  const update = prepareUpdateOfValues(db, 'stream_sessions', groupNames);
  return {
    lastId: db.prepare<[], number | null>('SELECT max(id) FROM stream_sessions').pluck(),
    bySequence: prepareSession<[string, string]>(db, 'WHERE sequence = ? AND app_id = ?'),
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
    insert(row: StoredSessionView, firstPosition: bigint): void {
      insert(row.id, firstPosition, ...valuesOf(row, toFoldText(row.session)));
    },
    update(row: StoredSessionView, stored: StoredSessionView): void {
      // A fold is immutable: if it is the same object, its text is unchanged too.
      const foldText = row.session === stored.session ? null : toFoldText(row.session);
      update(row.id, valuesOf(row, foldText), valuesOf(stored, null));
    },
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
];

type FactsText = readonly [
  domain: string | null,
  path: string | null,
  streamId: string | null,
  channelId: string | null,
  node: string | null,
  userIp: string | null,
  streamParam: string | null,
];

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

export function fromFoldText(text: string, appId: string, sequence: string): StreamSession {
  const [firstReceivedAtMs, lastReceivedAtMs, deliveries, pushText, endText, closedAtMs = null] = JSON.parse(
    text,
  ) as FoldText;
  const push = pushText === null ? null : fromPushText(pushText);
  const end = endText === null ? null : fromEndText(endText, push?.facts ?? null);
  return { appId, sequence, push, end, firstReceivedAtMs, lastReceivedAtMs, deliveries, closedAtMs };
}

function toEndText(end: StreamSessionEnd, ofPush: FactsText | null): EndText {
  const { occurredAtMs, digest, pushDurationMs, endCode, endMessage } = end;
  const facts = toFactsText(end.facts);
  const isSame = ofPush !== null && facts.every((fact, index) => fact === ofPush[index]);
  return [occurredAtMs, digest, pushDurationMs, endCode, endMessage, isSame ? null : facts];
}

function fromPushText([occurredAtMs, digest, facts]: PushText): StreamSessionPush {
  return { occurredAtMs, digest, facts: fromFactsText(facts) };
}

function fromEndText(endText: EndText, ofPush: PushFacts | null): StreamSessionEnd {
  const [occurredAtMs, digest, pushDurationMs, endCode, endMessage, own] = endText;
  const facts = own === null ? ofPush : fromFactsText(own);
  if (facts === null) throw new Error('The fold of a session has an end without facts, and no push to take them from.');
  return { occurredAtMs, digest, facts, pushDurationMs, endCode, endMessage };
}

function toFactsText({ domain, path, streamId, channelId, node, userIp, streamParam }: PushFacts): FactsText {
  return [domain, path, streamId, channelId, node, userIp, streamParam];
}

function fromFactsText([domain, path, streamId, channelId, node, userIp, streamParam]: FactsText): PushFacts {
  return { domain, path, streamId, channelId, node, userIp, streamParam };
}
