import type Database from 'better-sqlite3';
import type { LogIdentity } from '../log-identity.ts';

/** Whose copy the file is, and how far it has come. One row, once the log was seen. A log that is no copy has no such table. */
export const replicatedLogSql = `
  CREATE TABLE IF NOT EXISTS copied_log (
    only_row         INTEGER PRIMARY KEY CHECK (only_row = 1),
    log_id           TEXT    NOT NULL,
    epoch            INTEGER NOT NULL,
    commit_position  INTEGER,
    prepare_position INTEGER
  ) STRICT;
`;

export interface ReplicatedLogRow {
  readonly log_id: string;
  readonly epoch: bigint;
  readonly commit_position: bigint | null;
  readonly prepare_position: bigint | null;
}

export function isReplica(db: Database.Database): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'copied_log'`).get() !== undefined;
}

export function prepareReplicatedLog(db: Database.Database): Database.Statement<[], ReplicatedLogRow> {
  return db.prepare<[], ReplicatedLogRow>('SELECT * FROM copied_log').safeIntegers();
}

export function identityOf({ log_id, epoch }: ReplicatedLogRow): LogIdentity {
  return { logId: log_id, epoch: Number(epoch) };
}
