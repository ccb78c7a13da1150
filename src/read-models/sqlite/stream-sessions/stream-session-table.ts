import type Database from 'better-sqlite3';
import type { StoredSessionView } from '../../read-model-writer.ts';
import type { StreamSessionRow } from '../../rows.ts';
import { prepareInsert, prepareUpdate, type AsRead } from '../file/write-statements.ts';
import { leastValue } from '../lists/list-definition.ts';
import { fromFoldText, toFoldText } from './session-fold-text.ts';

/** The columns that filters and orders use, from the view; `session`, the fold itself, is written beside them. */
export function toSessionColumns({ view, status, changed }: Omit<StoredSessionView, 'id' | 'session'>) {
  return {
    app_id: view.appId,
    sequence: view.sequence,
    domain: view.domain,
    path: view.path,
    stream_id: view.streamId,
    user_ip: view.userIp,
    node: view.node,
    state: status.state,
    started_at: view.startedAtMs,
    ended_at: view.endedAtMs,
    ended_order: view.endedAtMs ?? leastValue,
    push_duration_ms: view.pushDurationMs,
    end_code: view.endCode,
    end_side: status.endSide,
    stream_key: view.orderKey?.streamKey ?? null,
    ordered_at: view.orderedAtMs,
    sequence_order: view.sequenceOrder,
    changed_position: changed.position,
    changed_ordinal: changed.ordinal,
  };
}

type SessionColumnValues = ReturnType<typeof toSessionColumns> & { readonly session: string };

/** Columns that indexes are over, in groups that change together. */
const indexedColumns = [
  ['app_id', 'sequence', 'domain', 'stream_id', 'user_ip', 'stream_key', 'ordered_at', 'sequence_order'],
  ['state', 'ended_order', 'end_code'],
  ['changed_position', 'changed_ordinal'],
] as const;

const columnsRead = [
  'id',
  'app_id',
  'sequence',
  'session',
  'state',
  'end_side',
  'changed_position',
  'changed_ordinal',
] as const;

/** What is read back of a session: its fold, and its status among its neighbours. */
export type SessionColumns = Pick<AsRead<SessionColumnValues & { readonly id: number }>, (typeof columnsRead)[number]>;

/** The columns that are read back, for a SELECT. */
export const sessionColumnNames = columnsRead.join(', ');

/** Restores the fold of a session from its columns. */
export function toStreamSessionRow(columns: SessionColumns): StreamSessionRow {
  return {
    id: columns.id,
    session: fromFoldText(columns.session, columns.app_id, columns.sequence),
    status: { state: columns.state, endSide: columns.end_side },
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** The projector's statements for stream sessions. */
export function prepareSessionTable(db: Database.Database) {
  const session = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, SessionColumns>(`SELECT ${sessionColumnNames} FROM stream_sessions ${rest}`);
  const insert = prepareInsert<SessionColumnValues & { id: number; first_position: bigint }>(db, 'stream_sessions');
  const update = prepareUpdate<SessionColumnValues>(db, 'stream_sessions', indexedColumns);
  return {
    lastId: db.prepare<[], number | null>('SELECT max(id) FROM stream_sessions').pluck(),
    bySequence: session<[string, string]>('WHERE sequence = ? AND app_id = ?'),
    byId: session<[number]>('WHERE id = ?'),
    newest: session<[string]>('WHERE stream_key = ? ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1'),
    before: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    ),
    after: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) > (?, ?)
       ORDER BY ordered_at, sequence_order LIMIT 1`,
    ),
    insert(row: StoredSessionView, firstPosition: bigint): void {
      // The columns are spread last: adding a property to a copy costs more than the whole copy.
      insert({ id: row.id, first_position: firstPosition, session: toFoldText(row.session), ...toSessionColumns(row) });
    },
    update(row: StoredSessionView, stored: StoredSessionView): void {
      update(row.id, { session: toFoldText(row.session), ...toSessionColumns(row) }, toSessionColumns(stored));
    },
  };
}
