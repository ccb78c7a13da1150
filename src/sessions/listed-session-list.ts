import type Database from 'better-sqlite3';
import type { StreamSession } from './stream-session.ts';
import type { KeptTexts, ListedStreamSession } from '../projecting/rows.ts';
import type { AsRead } from '../projecting/file/write-statements.ts';
import {
  columnNamesFor,
  createReadAhead,
  ListedRow,
  type ReadAhead,
  type SomeColumns,
} from '../lists/sql/listed-row.ts';
import { prepareOnce } from '../projecting/file/read-statements.ts';
import type { RowTexts } from '../lists/sql/row-texts.ts';
import { fromFoldText, type SessionColumnValues } from './stream-session-table.ts';

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

/** The whole state of a session: every other column follows from its fold and its status. */
const stateSql = `state || ' ' || coalesce(end_side, '') || ' ' || session`;

/** The columns that a list reads if its rows' texts may be cached. */
const keptColumnNames = `id, ${stateSql} AS kept_state`;

/** Derives from the columns only the fields asked for: parsing a session's fold costs more than reading all its columns. */
class ListedSession extends ListedRow<ListedSessionColumns> implements ListedStreamSession {
  readonly keptTexts: KeptTexts | null;
  private fold: StreamSession | null = null;

  constructor(
    columns: SomeColumns<ListedSessionColumns>,
    readWhole: (id: number) => ListedSessionColumns,
    kept: { readonly texts: KeptTexts; readonly ahead: ReadAhead<ListedSessionColumns> } | null,
  ) {
    super(columns, readWhole, kept?.ahead);
    this.keptTexts = kept?.texts ?? null;
  }

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
type ToListedSession = (columns: SomeColumns<ListedSessionColumns>) => ListedStreamSession;

/** Reads listed sessions over a read-only connection. */
export interface ListedSessions {
  readonly toSession: ToListedSession;
  /**
   * How one page is read: its columns, and how they become rows. Texts are cached only for first pages, which clients request again and
   * again; later pages are mostly requested once, by exports.
   */
  pageOf(
    shown: ReadonlySet<string> | null,
    isFirst: boolean,
  ): { readonly columnNames: string; readonly toRow: ToListedSession };
}

/** Prepares reading listed sessions; `texts` are the cached texts of this connection's file, null to cache none. */
export function prepareListedSessions(db: Database.Database, texts: RowTexts | null = null): ListedSessions {
  const byId = db.prepare<[number], ListedSessionColumns>(
    `SELECT ${listedSessionColumnNames} FROM stream_sessions WHERE id = ?`,
  );
  const readWhole = (id: number) => {
    const columns = byId.get(id);
    if (columns === undefined) throw new TypeError('A session that was read has no row.');
    return columns;
  };
  const toSession: ToListedSession = (columns) => new ListedSession(columns, readWhole, null);
  return {
    toSession,
    pageOf(shown, isFirst) {
      const columnNames = columnNamesFor(listedSessionColumns, shown);
      if (texts === null || shown === null || !isFirst) return { columnNames, toRow: toSession };
      const byIds = `SELECT ${columnNames} FROM stream_sessions WHERE id IN (SELECT value FROM json_each(?))`;
      const ahead = createReadAhead<ListedSessionColumns>(prepareOnce(db, byIds));
      return {
        columnNames: keptColumnNames,
        toRow(columns) {
          const { id, kept_state: state } = columns as { readonly id: number; readonly kept_state: string };
          ahead.add(id);
          return new ListedSession(columns, readWhole, { texts: texts.of(id, state), ahead });
        },
      };
    },
  };
}
