import type { LogIdentity } from '../event-store.ts';
import type Database from 'better-sqlite3';

/** "LVLG": distinguishes our log from any other SQLite file. */
const applicationId = 0x4c_56_4c_47;

// AUTOINCREMENT: a position is never assigned twice, even if the newest events are removed.
const eventsSql = `
  CREATE TABLE events (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_name TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    event_id    TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    data        BLOB    NOT NULL,
    metadata    BLOB    NOT NULL,
    recorded_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_of_stream ON events (stream_name, revision);
`;

/** The next revision of each truncated stream, which may have no events left. */
const truncatedStreamsSql = `
  CREATE TABLE truncated_streams (
    stream_name   TEXT PRIMARY KEY,
    next_revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** When the file that last contained the log was created: null if unknown. */
const logFileSql = `
  CREATE TABLE log_file (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    born_at_ns INTEGER
  ) STRICT;
`;

/**
 * Each event has its digest and the previous event's digest; both are null for events of earlier versions. Runs of removed
 * events keep what links the digests around them.
 */
const digestsSql = `
  ALTER TABLE events ADD COLUMN previous_digest BLOB;
  ALTER TABLE events ADD COLUMN digest BLOB;
  CREATE TABLE removed_events (
    last_position   INTEGER PRIMARY KEY,
    first_position  INTEGER NOT NULL,
    previous_digest BLOB,
    digest          BLOB    NOT NULL
  ) STRICT;
`;

/** What each schema version added to the one before. Opening a log for writing upgrades it. */
const additions = [eventsSql, truncatedStreamsSql, logFileSql, digestsSql];

/** The first version whose events have digests. */
export const digestsSinceVersion = additions.length;

/** Schema version of the file: 0 if it is empty, null if it is no log that this version can read. */
export function logSchemaVersion(db: Database.Database): number | null {
  if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) return 0;
  const version = Number(db.pragma('user_version', { simple: true }));
  const ours = db.pragma('application_id', { simple: true }) === applicationId;
  return ours && version >= 1 && version <= additions.length ? version : null;
}

/** Upgrades an empty file or an earlier version. Returns false if nothing was to do. */
export function upgradeLogSchema(db: Database.Database, from: number): boolean {
  if (from === additions.length) return false;
  db.transaction(() => {
    for (const sql of additions.slice(from)) db.exec(sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${additions.length}`);
  }).immediate();
  return true;
}

/** A row of `events`, with integers read as bigints. */
export interface EventRow {
  readonly position: bigint;
  readonly stream_name: string;
  readonly revision: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly recorded_at: bigint;
  readonly previous_digest: Buffer | null;
  readonly digest: Buffer | null;
}

/** Which log a replica copies, and its checkpoint: one row once the log is known. Only replicas have this table. */
export const replicaStateSql = `
  CREATE TABLE IF NOT EXISTS copied_log (
    only_row         INTEGER PRIMARY KEY CHECK (only_row = 1),
    log_id           TEXT    NOT NULL,
    epoch            INTEGER NOT NULL,
    commit_position  INTEGER,
    prepare_position INTEGER
  ) STRICT;
`;

export interface ReplicaStateRow {
  readonly log_id: string;
  readonly epoch: bigint;
  readonly commit_position: bigint | null;
  readonly prepare_position: bigint | null;
}

export function isReplica(db: Database.Database): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'copied_log'`).get() !== undefined;
}

export function prepareReplicaState(db: Database.Database): Database.Statement<[], ReplicaStateRow> {
  return db.prepare<[], ReplicaStateRow>('SELECT * FROM copied_log').safeIntegers();
}

export function toLogIdentity({ log_id, epoch }: ReplicaStateRow): LogIdentity {
  return { logId: log_id, epoch: Number(epoch) };
}
