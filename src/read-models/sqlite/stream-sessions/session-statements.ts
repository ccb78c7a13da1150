import type Database from 'better-sqlite3';
import { sessionColumnNames, type SessionColumns, type SessionColumnValues } from './session-columns.ts';
import { prepareInsert, prepareUpdate } from '../file/sql.ts';

/**
 * Columns that indexes stand on, in groups of what changes together: an update writes a group only where one of it changed.
 */
const indexedColumns = [
  ['app_id', 'sequence', 'domain', 'stream_id', 'user_ip', 'stream_key', 'ordered_at', 'sequence_order'],
  ['state', 'ended_order', 'end_code'],
  ['changed_position', 'changed_ordinal'],
] as const;

const plainColumns = ['path', 'node', 'started_at', 'ended_at', 'push_duration_ms', 'end_side', 'session'] as const;

/** What is written of a session with its first row, and never again. */
interface FirstColumns {
  readonly id: number;
  readonly first_position: bigint;
}

/** The projector's statements for stream sessions. */
export function prepareSessions(db: Database.Database) {
  const session = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, SessionColumns>(`SELECT ${sessionColumnNames} FROM stream_sessions ${rest}`);
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
    insert: prepareInsert<SessionColumnValues & FirstColumns>(db, 'stream_sessions', [
      'id',
      'first_position',
      ...indexedColumns.flat(),
      ...plainColumns,
    ]),
    update: prepareUpdate<SessionColumnValues>(db, 'stream_sessions', indexedColumns, plainColumns),
  };
}
