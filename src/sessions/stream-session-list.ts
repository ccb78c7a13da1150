import type Database from 'better-sqlite3';
import { conditionFields } from '../lists/list-fields.ts';
import type { StreamSessionOrder } from '../lists/listing.ts';
import { columnsOf, orderable, pathsByField, whereEqual, type ListDefinition } from '../lists/sql/list-definition.ts';
import { columnNamesFor, listedColumnsOf, listedRowOf, type SomeColumns } from '../lists/sql/listed-row.ts';
import type { ListedStreamSession } from '../projecting/rows.ts';
import { lastHeardSql, lastReceivedSql } from './session-end-table.ts';
import {
  sessionFields,
  streamSessionFields,
  type SessionField,
  type StreamSessionField,
} from './stream-session-fields.ts';
import { fromFoldText, type StoredSessionColumns } from './stream-session-table.ts';
import { sessionViewOf, type StreamSessionView } from './stream-session-view.ts';
import type { StreamSession } from './stream-session.ts';

/** How listed sessions are read. The fold answers the fields that need the other columns. */
export const listedSessionColumns = listedColumnsOf(streamSessionFields, {
  keys: ['id', 'app_id', 'sequence'],
  others: ['changed_position', 'changed_ordinal', 'session'],
  needOthers: ['endCause', 'isSilent'],
});

/** The values of the columns that readers read of a session. */
export type ListedSessionColumns = StoredSessionColumns;

/** The columns that readers read, for a SELECT. */
export const listedSessionColumnNames = columnNamesFor(listedSessionColumns, null);

/** Derives from the columns only the fields asked for: parsing a session's fold costs more than reading all its columns. */
class ListedSession
  extends listedRowOf<ListedSessionColumns, typeof streamSessionFields>(streamSessionFields)
  implements ListedStreamSession
{
  private fold: StreamSession | null = null;
  private derived: StreamSessionView | null = null;

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

  partOf(name: SessionField['of']) {
    return name === 'SESSION' ? this.session : this.view;
  }
}

/** Makes a session from its columns, some of which may be missing. */
export type ToListedSession = (columns: SomeColumns<ListedSessionColumns>) => ListedStreamSession;

/** `db` is a read-only connection. */
export function prepareListedSessions(db: Database.Database): ToListedSession {
  const byId = db.prepare<[number], ListedSessionColumns>(
    `SELECT ${listedSessionColumnNames} FROM stream_sessions WHERE id = ?`,
  );
  const readWhole = (id: number) => {
    const columns = byId.get(id);
    if (columns === undefined) throw new TypeError('A session that was read has no row.');
    return columns;
  };
  return (columns) => new ListedSession(columns, readWhole);
}

/** The list of stream sessions: its fields, orders and indexes. */
export const streamSessionList: ListDefinition<StreamSessionField, StreamSessionOrder> = {
  name: 'streamSessions',
  table: 'stream_sessions',
  rowColumn: 'id',
  columnNames: listedSessionColumnNames,
  columnOf: columnsOf(conditionFields(streamSessionFields), {
    lastReceivedAt: lastReceivedSql,
    lastHeardAt: lastHeardSql,
  }),
  serverFields: conditionFields(streamSessionFields).filter((name) => sessionFields[name].isOfServer),
  orders: {
    STARTED_AT: {
      columns: ['ordered_at', 'first_position'],
      // Sessions without a known start are among the others.
      rangeField: { field: 'startedAt', earlierMaxMs: 0, isExact: false },
    },
    ENDED_AT: {
      columns: ['ended_order', 'first_position'],
      rangeField: { field: 'endedAt', earlierMaxMs: 0, isExact: true },
    },
    PUSH_DURATION: { columns: [orderable('push_duration_ms'), 'first_position'] },
    LAST_CHANGED: { columns: ['changed_position', 'changed_ordinal'] },
  },
  paths: [
    ...pathsByField('stream_sessions', streamSessionFields, 'STARTED_AT'),
    { index: 'stream_sessions_live', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'LIVE') },
    { index: 'stream_sessions_superseded', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'SUPERSEDED') },
    { index: 'stream_sessions_closed', equal: [], order: 'STARTED_AT', when: whereEqual('state', 'CLOSED') },
    {
      index: 'stream_sessions_ended',
      equal: [],
      order: 'ENDED_AT',
      when: { ...whereEqual('state', 'ENDED'), includesKnown: 'endedAt' },
    },
    { index: 'stream_sessions_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
};
