import type Database from 'better-sqlite3';
import { streamSessionFields, type StreamSessionField, type StreamSessionOrder } from '../lists/listing.ts';
import { columnsOf, orderable, whereEqual, whereNot, type ListDefinition } from '../lists/sql/list-definition.ts';
import { columnNamesFor, ListedRow, type SomeColumns } from '../lists/sql/listed-row.ts';
import type { AsRead } from '../projecting/file/statements.ts';
import type { ListedStreamSession } from '../projecting/rows.ts';
import { lastHeardSql, lastReceivedSql } from './session-end-table.ts';
import { fromFoldText, type SessionColumnValues } from './stream-session-table.ts';
import type { StreamSession } from './stream-session.ts';

/** The columns that each field of a listed session needs. The fold answers the fields that need the other columns. */
export const listedSessionColumns = {
  keys: ['id', 'app_id', 'sequence'],
  ofField: {
    domain: 'domain',
    path: 'path',
    streamId: 'stream_id',
    userIp: 'user_ip',
    node: 'node',
    state: 'state',
    startedAt: 'started_at',
    startedAtSource: 'started_at_source',
    endedAt: 'ended_at',
    pushDurationMs: 'push_duration_ms',
    endCode: 'end_code',
  },
  others: ['end_side', 'changed_position', 'changed_ordinal', 'session'],
  needOthers: [
    ...['channelId', 'endMessage', 'endCause', 'streamParam', 'firstReceivedAt', 'lastReceivedAt'],
    ...['lastHeardAt', 'isSilent', 'deliveries'],
  ],
} as const;

type Listed = typeof listedSessionColumns;
type ReadColumn = Listed['keys'][number] | Listed['ofField'][keyof Listed['ofField']] | Listed['others'][number];

/** The values of the columns that readers read of a session. */
export type ListedSessionColumns = Pick<AsRead<SessionColumnValues & { readonly id: number }>, ReadColumn>;

/** The columns that readers read, for a SELECT. */
export const listedSessionColumnNames = columnNamesFor(listedSessionColumns, null);

/** Derives from the columns only the fields asked for: parsing a session's fold costs more than reading all its columns. */
class ListedSession extends ListedRow<ListedSessionColumns> implements ListedStreamSession {
  private fold: StreamSession | null = null;

  get appId() {
    return this.column('app_id');
  }

  get sequence() {
    return this.column('sequence');
  }

  get domain() {
    return this.column('domain');
  }

  get path() {
    return this.column('path');
  }

  get streamId() {
    return this.column('stream_id');
  }

  get userIp() {
    return this.column('user_ip');
  }

  get node() {
    return this.column('node');
  }

  get state() {
    return this.column('state');
  }

  get startedAtMs() {
    return this.column('started_at');
  }

  get startedAtSource() {
    return this.column('started_at_source');
  }

  get endedAtMs() {
    return this.column('ended_at');
  }

  get pushDurationMs() {
    return this.column('push_duration_ms');
  }

  get endCode() {
    return this.column('end_code');
  }

  get endSide() {
    return this.column('end_side');
  }

  get session() {
    return (this.fold ??= fromFoldText(this.column('session'), this.appId, this.sequence));
  }

  get status() {
    return { state: this.state, endSide: this.endSide };
  }

  get changed() {
    return { position: BigInt(this.column('changed_position')), ordinal: this.column('changed_ordinal') };
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
  columnOf: columnsOf([...streamSessionFields.unchanging, ...streamSessionFields.changing], {
    lastReceivedAt: lastReceivedSql,
    lastHeardAt: lastHeardSql,
  }),
  serverFields: ['lastReceivedAt', 'lastHeardAt'],
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
    { index: 'stream_sessions_by_sequence', equal: ['sequence'], order: null, isOfProjections: true },
    { index: 'stream_sessions_by_stream_id', equal: ['streamId'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_user_ip', equal: ['userIp'], order: 'STARTED_AT', isSparse: true },
    { index: 'stream_sessions_by_domain', equal: ['domain'], order: 'STARTED_AT' },
    { index: 'stream_sessions_by_end_code', equal: ['endCode'], order: 'STARTED_AT', isSparse: true },
    {
      index: 'stream_sessions_without_push',
      equal: ['startedAtSource'],
      order: 'STARTED_AT',
      when: whereNot('startedAtSource', 'PUSH_CALLBACK'),
    },
    { index: 'stream_sessions_by_account', equal: ['appId'], order: 'STARTED_AT' },
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
