import Database from 'better-sqlite3';
import { closeSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { adviceOnDamage, describeDiskFault, fsyncPath, measureDiskSpace } from '../../kernel/disk.ts';
import { LogUnusable, type LogIdentity } from '../event-store.ts';

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

/** Whether the events of a file have digests: those of earlier versions have none. */
export function hasDigests(db: Database.Database): boolean {
  return (logSchemaVersion(db) ?? 0) >= additions.length;
}

/** Schema version of the file: 0 if it is empty, null if it is no log that this version can read. */
function logSchemaVersion(db: Database.Database): number | null {
  if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) return 0;
  const version = Number(db.pragma('user_version', { simple: true }));
  const ours = db.pragma('application_id', { simple: true }) === applicationId;
  return ours && version >= 1 && version <= additions.length ? version : null;
}

/** Upgrades an empty file or an earlier version. Returns false if nothing was to do. */
function upgradeLogSchema(db: Database.Database, from: number): boolean {
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

/** Position of the newest event ever appended: SQLite keeps the AUTOINCREMENT sequence when the event is removed. */
export function prepareEndPosition(db: Database.Database): Database.Statement<[], bigint> {
  return db.prepare<[], bigint>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).pluck().safeIntegers();
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

interface ReplicaStateRow {
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

const logFileName = 'log.sqlite';

/** Path of the log file in a data directory. */
export function logFilePath(dataDir: string): string {
  return path.join(dataDir, logFileName);
}

/**
 * Milliseconds that a commit waits while another program (a copy, the sqlite3 shell) has the file locked. Only callbacks
 * wait. After that they are answered 503, and CSS retries them.
 */
const lockWaitMsMax = 3_000;

/** Milliseconds that a reader waits. In WAL mode it waits only while the file is created or recovered. */
const readerWaitMsMax = 100;

/** Bytes of the write-ahead log before a checkpoint moves them into the file, which costs more fsyncs. */
const walBytesMost = 16 * 1024 * 1024;

/** Share of the disk's reserve for the write-ahead log, if that is less: the events themselves need the rest. */
const walReserveShare = 0.2;

/** Bytes of a page, SQLite's default. */
const pageBytes = 4_096;

/**
 * Opens the log for writing, creates it if missing, upgrades its schema, and checks that commits are durable.
 * @throws LogUnusable - it is no log of ours, or the file system does not support what durability needs
 */
export function openLogFile(dataDir: string): Database.Database {
  return open(logFilePath(dataDir), { timeout: lockWaitMsMax }, (db, file) => {
    // Before any write, so that a file that is not ours stays unchanged.
    const version = assertOurLog(db, file);
    db.pragma('journal_mode = WAL');
    // better-sqlite3's default in WAL mode is NORMAL, which returns before the commit is on disk.
    db.pragma('synchronous = FULL');
    if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
      throw new LogUnusable(
        `${file}: SQLite does not support WAL with synchronous FULL on this file system. Choose a DATA_DIR on a local disk.`,
      );
    }
    const walBytes = walBytesMaxOn(dataDir);
    db.pragma(`wal_autocheckpoint = ${Math.floor(walBytes / pageBytes)}`);
    // By default SQLite never shortens the write-ahead log.
    db.pragma(`journal_size_limit = ${walBytes}`);
    if (upgradeLogSchema(db, version)) fsyncPath(dataDir);
  });
}

/**
 * The same for what appends to the log or removes from it.
 * @throws LogUnusable - as above, or it is a copy of another log
 */
export function openOwnLogFile(dataDir: string): Database.Database {
  const db = openLogFile(dataDir);
  if (!isReplica(db)) return db;
  db.close();
  throw new LogUnusable(
    `DATA_DIR ${dataDir} has a standby's copy of a log, which only its primary changes. Start it as a standby, by PRIMARY_URL, or make it a primary: \`live-ledger promote\`.`,
  );
}

/**
 * Opens an existing log on a read-only connection, while another connection may write it.
 * @throws LogUnusable - there is no log, or it is none of ours
 */
export function openLogFileForReading(dataDir: string): Database.Database {
  return open(logFilePath(dataDir), { readonly: true, timeout: readerWaitMsMax }, (db, file) => {
    if (assertOurLog(db, file) > 0) return;
    throw new LogUnusable(
      `${file} has no log in it yet: a start ended before it was begun, as on a full disk. Start the service.`,
    );
  });
}

function open(
  file: string,
  options: Database.Options,
  prepare: (db: Database.Database, file: string) => void,
): Database.Database {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, options);
    prepare(db, file);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof LogUnusable) throw error;
    const problem =
      describeDiskFault(error) ?? [`${(error as Error).message}.`, adviceOnDamage(error)].join(' ').trim();
    throw new LogUnusable(`${file} cannot be opened: ${problem}`, { cause: error });
  }
}

/**
 * Returns a check whether the file just opened still has its name. SQLite would go on writing to a removed file, and those
 * events would be lost. The inode alone is not enough: some file systems change it.
 */
export function createNameCheck(file: string): () => boolean {
  const stat = () => statSync(file, { bigint: true, throwIfNoEntry: false });
  const opened = stat();
  if (opened === undefined) return () => true;
  return () => {
    const found = stat();
    return found !== undefined && (found.ino === opened.ino || found.birthtimeNs === opened.birthtimeNs);
  };
}

function walBytesMaxOn(dataDir: string): number {
  const { reserveBytes } = measureDiskSpace(dataDir);
  return reserveBytes === 0 ? walBytesMost : Math.floor(Math.min(walBytesMost, reserveBytes * walReserveShare));
}

function assertOurLog(db: Database.Database, file: string): number {
  const version = logSchemaVersion(db);
  if (version === null) {
    throw new LogUnusable(
      `${file} is not a log of this version of Live Ledger. Choose another DATA_DIR, or start the version that wrote it.`,
    );
  }
  return version;
}

/** Pages per step of a copy, 4 MiB. Between two steps the disk serves others. */
const stepPages = 1_024;

/** How far a copy has come. */
interface CopyProgress {
  readonly pages: number;
  readonly pagesTotal: number;
}

/** Minimum size in bytes of a copy of the log in a folder: the file may grow until the copy is made. */
export function bytesOfLog(folder: string): number {
  const db = openLogFileForReading(folder);
  try {
    return Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  } finally {
    db.close();
  }
}

/**
 * Copies one state of a log to an existing folder without a log, in one pass, while a service may be appending. Neither waits
 * for the other, but the service's write-ahead log can't be emptied during the copy and grows by what is appended. The copy
 * is one file, only for this user, and durable when this resolves. On failure the caller removes the unfinished file.
 * @throws LogUnusable - there is no log, or it is none of ours
 * @throws an error of SQLite or of the system - the copy can't be written
 */
export async function copyLogFile(
  fromFolder: string,
  toFolder: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const file = logFilePath(toFolder);
  // SQLite would create the file with the usual permissions; it accepts an empty file as new.
  closeSync(openSync(file, 'wx', 0o600));
  const source = openLogFileForReading(fromFolder);
  try {
    // Every step reads the state of this transaction; otherwise each commit of the service would restart the copy.
    source.exec('BEGIN');
    source.prepare('SELECT 1 FROM events LIMIT 1').get();
    await source.backup(file, {
      progress({ totalPages, remainingPages }) {
        onProgress({ pages: totalPages - remainingPages, pagesTotal: totalPages });
        return stepPages;
      },
    });
  } finally {
    source.close();
  }
  makeSingleFile(toFolder);
  fsyncPath(file);
  fsyncPath(toFolder);
}

/**
 * Moves the write-ahead log into the file and leaves WAL mode, because a file with a write-ahead log can't be moved or read
 * alone. Nobody else may have the log open. The next service that opens it restores WAL mode.
 */
export function makeSingleFile(folder: string): void {
  const db = new Database(logFilePath(folder));
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
