import type Database from 'better-sqlite3';
import type { StreamSession } from '../../../domain/stream-session/stream-session.ts';
import type { ListedStreamSession } from '../../rows.ts';
import type { AsRead } from '../file/write-statements.ts';
import { fromFoldText, type SessionColumnValues } from './stream-session-table.ts';

/** Columns that are always read. */
const keyColumns = ['id', 'app_id', 'sequence'] as const;

/** Columns by the field that they are read for. */
const columnOfField = {
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
} as const;

const otherColumns = ['end_side', 'changed_position', 'changed_ordinal', 'session'] as const;

/** Fields that other columns are read for, or the fold. */
const otherFields = ['channelId', 'endMessage', 'endCause', 'streamParam', 'firstReceivedAt', 'lastReceivedAt'];
const wholeFields = [...otherFields, 'lastHeardAt', 'isSilent', 'deliveries'];

type FieldColumn = (typeof columnOfField)[keyof typeof columnOfField];
type KeyColumn = (typeof keyColumns)[number];
type ReadColumn = KeyColumn | FieldColumn | (typeof otherColumns)[number];

/** What readers read of a session. */
export type ListedSessionColumns = Pick<AsRead<SessionColumnValues & { readonly id: number }>, ReadColumn>;

/** The columns that readers read, for a SELECT. */
export const listedSessionColumnNames = [...keyColumns, ...Object.values(columnOfField), ...otherColumns].join(', ');

/** The columns that these fields need. */
export function columnNamesFor(shown: ReadonlySet<string>): string {
  if (wholeFields.some((field) => shown.has(field))) return listedSessionColumnNames;
  const columns = Object.entries(columnOfField).flatMap(([field, column]) => (shown.has(field) ? [column] : []));
  return [...keyColumns, ...columns].join(', ');
}

/** Columns that may have been left out. */
type SomeColumns = Pick<ListedSessionColumns, KeyColumn> & Partial<ListedSessionColumns>;

/**
 * Makes of the columns of a session only what is asked for: parsing its fold costs more than reading all of them. What was
 * not read with the list is read by `readWhole`.
 */
class ListedSession implements ListedStreamSession {
  private readonly columns: SomeColumns;
  private readonly readWhole: (id: number) => ListedSessionColumns;
  private wholeRow: ListedSessionColumns | null = null;
  private fold: StreamSession | null = null;

  constructor(columns: SomeColumns, readWhole: (id: number) => ListedSessionColumns) {
    this.columns = columns;
    this.readWhole = readWhole;
  }

  private get whole(): ListedSessionColumns {
    return (this.wholeRow ??= this.readWhole(this.id));
  }

  get id() {
    return this.columns.id;
  }

  get appId() {
    return this.columns.app_id;
  }

  get sequence() {
    return this.columns.sequence;
  }

  get domain() {
    const { domain = this.whole.domain } = this.columns;
    return domain;
  }

  get path() {
    const { path = this.whole.path } = this.columns;
    return path;
  }

  get streamId() {
    const { stream_id = this.whole.stream_id } = this.columns;
    return stream_id;
  }

  get userIp() {
    const { user_ip = this.whole.user_ip } = this.columns;
    return user_ip;
  }

  get node() {
    const { node = this.whole.node } = this.columns;
    return node;
  }

  get state() {
    const { state = this.whole.state } = this.columns;
    return state;
  }

  get startedAtMs() {
    const { started_at = this.whole.started_at } = this.columns;
    return started_at;
  }

  get startedAtSource() {
    const { started_at_source = this.whole.started_at_source } = this.columns;
    return started_at_source;
  }

  get endedAtMs() {
    const { ended_at = this.whole.ended_at } = this.columns;
    return ended_at;
  }

  get pushDurationMs() {
    const { push_duration_ms = this.whole.push_duration_ms } = this.columns;
    return push_duration_ms;
  }

  get endCode() {
    const { end_code = this.whole.end_code } = this.columns;
    return end_code;
  }

  get endSide() {
    const { end_side = this.whole.end_side } = this.columns;
    return end_side;
  }

  get session() {
    const { session = this.whole.session } = this.columns;
    return (this.fold ??= fromFoldText(session, this.appId, this.sequence));
  }

  get status() {
    return { state: this.state, endSide: this.endSide };
  }

  get changed() {
    const { changed_position = this.whole.changed_position, changed_ordinal = this.whole.changed_ordinal } =
      this.columns;
    return { position: BigInt(changed_position), ordinal: changed_ordinal };
  }
}

/** Makes a session of its columns. */
type ToListedSession = (columns: SomeColumns) => ListedStreamSession;

/** `db` is a connection that only reads. */
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
