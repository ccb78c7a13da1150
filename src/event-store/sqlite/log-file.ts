import Database from 'better-sqlite3';
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { LogUnusable } from '../errors.ts';

const logFileName = 'log.sqlite';
/** Where the log stands; the lock beside it holds the folder for one process. */
export function logFilePath(dataDir: string): string {
  return path.join(dataDir, logFileName);
}

const lockFileName = 'lock.sqlite';

/** "LVLG": tells our log from any other SQLite file. */
const applicationId = 0x4c_56_4c_47;
const schemaVersion = 1;

// AUTOINCREMENT: a position is never given twice, even where the newest events are removed by hand.
const schema = `
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

/**
 * Milliseconds that a commit waits where another program (a copy, a command line) writes to the file. The whole process
 * stands still meanwhile, so it is short; the callbacks are answered 503 and come again.
 */
const lockWaitMsMax = 100;

/** Opens the log for writing, made where it is missing, and proves that its commits are durable. */
export function openLogFile(dataDir: string): Database.Database {
  const file = logFilePath(dataDir);
  const db = new Database(file, { timeout: lockWaitMsMax });
  try {
    const isNew = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    // Before anything is written: what is not ours stays as it is.
    if (!isNew) assertOurLog(db, file);
    db.pragma('journal_mode = WAL');
    // WAL's default here is NORMAL, which answers before the commit is on disk.
    db.pragma('synchronous = FULL');
    if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
      throw new LogUnusable(`${file}: SQLite does not offer WAL with synchronous FULL on this file system.`);
    }
    if (isNew) {
      db.transaction(() => {
        db.exec(schema);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${schemaVersion}`);
      })();
      syncFolder(dataDir);
    }
    return db;
  } catch (error) {
    db.close();
    if (error instanceof LogUnusable) throw error;
    throw new LogUnusable(`${file} can not be opened: ${(error as Error).message}.`, { cause: error });
  }
}

function assertOurLog(db: Database.Database, file: string): void {
  const version = db.pragma('user_version', { simple: true });
  if (db.pragma('application_id', { simple: true }) !== applicationId || version !== schemaVersion) {
    throw new LogUnusable(
      `${file} is not a log of this version of Live Ledger. Choose another DATA_DIR, or start the version that wrote it.`,
    );
  }
}

/**
 * Holds the data directory for one process until the returned function is called or the process ends, however it ends:
 * the lock is the operating system's.
 */
export function lockDataDir(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true });
    syncFolder(path.dirname(path.resolve(dataDir)));
  } catch (error) {
    throw new LogUnusable(`DATA_DIR ${dataDir} can not be made: ${(error as Error).message}.`, { cause: error });
  }
  const file = path.join(dataDir, lockFileName);
  let lock: Database.Database | null = null;
  try {
    lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const { code, message } = error as { code?: string; message: string };
    const found =
      code === 'SQLITE_BUSY'
        ? `DATA_DIR ${dataDir} is in use by another Live Ledger process. Stop that one, or choose another DATA_DIR.`
        : `${file} can not be locked: ${message}. Remove it if no Live Ledger process runs, or choose another DATA_DIR.`;
    throw new LogUnusable(found, { cause: error });
  }
  const held = lock;
  return () => {
    held.close();
  };
}

/** A new file is only durable once its directory entry is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
