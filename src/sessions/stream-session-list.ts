import type Database from 'better-sqlite3';
import {
  askedAsOf,
  columnsOf,
  fieldColumnsSql,
  orderColumnsOf,
  pathsByField,
  readerIndexesOf,
  serverFieldsOf,
  whereEqual,
  type ListDefinition,
  type ReadableList,
} from '../lists/sql/list-definition.ts';
import { columnNamesFor, listedColumnsOf, listedRowOf, prepareWhole } from '../lists/sql/listed-row.ts';
import {
  endOfSession,
  fromFoldText,
  lastHeardSql,
  lastReceivedSql,
  longSessionMs,
  longSessions,
  longSessionsIndexSql,
  type StoredSessionColumns,
} from './stream-session-table.ts';
import {
  streamSessionFields,
  type SessionField,
  type StreamSessionField,
  type StreamSessionOrder,
  type ListedStreamSession,
} from './stream-session-fields.ts';
import { sessionViewOf, type StreamSessionView } from './stream-session-view.ts';
import { unknownAccount, type StreamSession } from './stream-session.ts';
import { prepareRows, type ReadModelPart } from '../projecting/file/statements.ts';

/** How listed sessions are read. The fold answers the fields that need the other columns. */
const listedColumns = listedColumnsOf(streamSessionFields, {
  keys: ['id', 'app_id', 'sequence'],
  others: ['changed_position', 'changed_ordinal', 'session'],
  needOthers: ['startedAtConclusion', 'endCause', 'isSilent'],
});

/** Derives from the columns only the fields asked for: parsing a session's fold costs more than reading all its columns. */
class ListedSession
  extends listedRowOf<StoredSessionColumns, typeof streamSessionFields>(streamSessionFields)
  implements ListedStreamSession
{
  private fold: StreamSession | null = null;
  private derived: StreamSessionView | null = null;

  get id() {
    return this.column('id');
  }

  get session() {
    return (this.fold ??= fromFoldText(this.column('session'), this.appId, this.sequence));
  }

  get view() {
    return (this.derived ??= sessionViewOf(this.session));
  }

  get status() {
    return { state: this.state, endSide: this.endSide };
  }

  get changed() {
    return { position: BigInt(this.column('changed_position')), ordinal: this.column('changed_ordinal') };
  }

  override partOf(name: NonNullable<SessionField['of']>) {
    return name === 'SESSION' ? this.session : this.view;
  }
}

const table = 'stream_sessions';

const columnOf = columnsOf(streamSessionFields, {
  accessPointKey: 'node_key',
  userIpKey: 'user_ip_key',
  lastReceivedAt: lastReceivedSql,
  lastHeardAt: lastHeardSql,
  stoppedAt: endOfSession(table),
  incident: { table: 'failures', rowColumn: 'session_row', column: 'incident' },
  missingIn: { table: 'failures', rowColumn: 'session_row', column: 'missing_in' },
});

/** Those that began long before a moment and may have been live at it, by what is known of them. */
const liveSince = ['live', 'superseded', 'closed'].map(
  (state) => `${liveBy(`stream_sessions_${state}`, `state = '${state.toUpperCase()}'`)}
    AND live.ordered_at <= found.value - ${longSessionMs}`,
);

/** Every session that may have been live at a moment. Others are among them: what is found must be countable in the indexes. */
const maybeLiveSql = [
  ...liveSince,
  `${liveBy(longSessions.index, longSessions.when)} AND live.ended_order > found.value`,
  `${liveBy('stream_sessions_by_start', 'TRUE')}
    AND live.ordered_at > found.value - ${longSessionMs} AND live.ordered_at <= found.value`,
].join(' UNION ALL ');

function liveBy(index: string, when: string): string {
  return `SELECT live.id FROM wanted AS found CROSS JOIN ${table} AS live INDEXED BY ${index} ON ${when}`;
}

/** The list of stream sessions: its orders and indexes. */
export const streamSessionList: ListDefinition<StreamSessionField, StreamSessionOrder> = {
  name: 'streamSessions',
  table,
  rowColumn: 'id',
  columns: listedColumns,
  columnNames: columnNamesFor(listedColumns, null),
  columnOf,
  serverFields: serverFieldsOf(streamSessionFields),
  askedAs: askedAsOf(streamSessionFields),
  orders: orderColumnsOf(streamSessionFields, 'list_position'),
  paths: [
    ...pathsByField(streamSessionFields, { table, columnOf, order: 'STARTED_AT' }),
    { index: 'stream_sessions_live', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'LIVE') },
    { index: 'stream_sessions_superseded', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'SUPERSEDED') },
    { index: 'stream_sessions_closed', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'CLOSED') },
    {
      index: 'stream_sessions_ended',
      equal: [],
      order: 'ENDED_AT',
      when: { ...whereEqual('state', 'ENDED'), includesKnown: 'endedAt' },
    },
    {
      index: 'stream_sessions_by_start',
      equal: ['stoppedAt'],
      order: null,
      rowsSql: maybeLiveSql,
      candidatesFor: 'gt',
    },
    { index: 'stream_sessions_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
};

/** Stream sessions as readers get them. */
export type ReadableSessions = ReadableList<
  StreamSessionField,
  StreamSessionOrder,
  Partial<StoredSessionColumns>,
  ListedStreamSession
>;

/** `db` is a read-only connection. */
export function prepareSessionList(db: Database.Database): ReadableSessions {
  const readWhole = prepareWhole<StoredSessionColumns>(db, streamSessionList);
  return { ...streamSessionList, toRow: (columns) => new ListedSession(columns, readWhole) };
}

/** Prepares look-ups of single sessions; `db` is a read-only connection. */
export function prepareSessionLookUps(db: Database.Database, { columnNames, toRow }: ReadableSessions) {
  const select = `SELECT ${columnNames} FROM ${table}`;
  const byId = prepareRows<StoredSessionColumns>(db, `${select} WHERE id = ?`);
  const lastHeardAt = db.prepare<[number], number>(`SELECT ${lastHeardSql} FROM ${table} WHERE id = ?`).pluck();
  const bySequence = prepareRows<StoredSessionColumns>(
    db,
    `${select} WHERE sequence = ? AND (? IS NULL OR app_id = ?) ORDER BY app_id LIMIT +?`,
  );
  const accountsOfDomain = db
    .prepare<[string, number], string>(
      `SELECT DISTINCT app_id FROM (
         SELECT app_id FROM ${table} WHERE domain = ? ORDER BY ordered_at DESC, list_position DESC LIMIT +?
       ) WHERE app_id <> '${unknownAccount}' LIMIT 2`,
    )
    .pluck();
  return {
    streamSessionById(id: number): ListedStreamSession | null {
      const columns = byId.get([id]);
      return columns === undefined ? null : toRow(columns);
    },
    /**
     * When something was last heard of a session; for a live one, callbacks that name its stream count too. Null: there is no such session.
     */
    lastHeardAtMs: (sessionRow: number) => lastHeardAt.get(sessionRow) ?? null,
    streamSessionsBySequence: (sequence: string, appId: string | null, rowsMax: number) =>
      bySequence.all([sequence, appId, appId, rowsMax]).map(toRow),
    /** The accounts among the newest sessions of a domain, at most two; those whose account is unknown do not count. */
    accountsOfDomain: (domain: string, sessionsMax: number) => accountsOfDomain.all(domain, sessionsMax),
  };
}

/** A row for each push: columns for its fields and orders, and its fold. */
export const sessionTables: ReadModelPart = {
  version: 7,
  tablesSql: `
  CREATE TABLE stream_sessions (
    id               INTEGER PRIMARY KEY,
    ${fieldColumnsSql(streamSessionFields)}
    -- The addresses in one form, see \`addressKey\`: node and user_ip are as sent.
    node_key         TEXT,
    user_ip_key      TEXT,
    stream_key       TEXT,
    ordered_at       INTEGER NOT NULL,
    sequence_order   TEXT    NOT NULL,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL,
    -- The first event of the row.
    first_position   INTEGER NOT NULL,
    -- The same, but sessions of a stream that began at the same moment have theirs in the order of their sequences: orders rows of the same
    -- time, equally on every node.
    list_position    INTEGER NOT NULL,
    -- ended_at, or less than any time where it is not known: so an index over it has every row.
    ended_order      INTEGER NOT NULL,
    session          TEXT    NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX stream_sessions_by_sequence ON stream_sessions (sequence, app_id);
  CREATE INDEX stream_sessions_of_stream
    ON stream_sessions (stream_key, ordered_at, sequence_order) WHERE stream_key IS NOT NULL;
`,
  readerIndexesSql: [...readerIndexesOf(streamSessionList), longSessionsIndexSql],
};
