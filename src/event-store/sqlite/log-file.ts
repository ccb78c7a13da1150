import Database from 'better-sqlite3';
import path from 'node:path';
import { LogUnusable } from '../errors.ts';
import { upgradeLogSchema, logSchemaVersion } from './log-schema.ts';
import { fsyncPath } from '../../kernel/fsync-path.ts';

const logFileName = 'log.sqlite';
/** Where the log stands; the lock beside it holds the folder for one process. */
export function logFilePath(dataDir: string): string {
  return path.join(dataDir, logFileName);
}

/**
 * Milliseconds that a commit waits where another program (a copy, a command line) writes to the file. Only callbacks wait
 * meanwhile; then they are answered 503 and come again.
 */
const lockWaitMsMax = 3_000;

/** Milliseconds that a reader waits. In WAL mode it hardly ever does: while a file is made or recovered. */
const readerWaitMsMax = 100;

/** Pages of 4 KB in the write-ahead log until they are moved into the file: each time costs further fsyncs. */
const walPagesMax = 4_000;

/** Opens the log for writing, made where it is missing, and proves that its commits are durable. */
export function openLogFile(dataDir: string): Database.Database {
  return open(logFilePath(dataDir), { timeout: lockWaitMsMax }, (db, file) => {
    // Before anything is written: what is not ours stays as it is.
    const version = assertOurLog(db, file);
    db.pragma('journal_mode = WAL');
    // WAL's default here is NORMAL, which answers before the commit is on disk.
    db.pragma('synchronous = FULL');
    if (db.pragma('journal_mode', { simple: true }) !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
      throw new LogUnusable(`${file}: SQLite does not offer WAL with synchronous FULL on this file system.`);
    }
    db.pragma(`wal_autocheckpoint = ${walPagesMax}`);
    if (upgradeLogSchema(db, version)) fsyncPath(dataDir);
  });
}

/** Opens a log that another connection has open for writing, on a connection that can't change it. */
export function openLogFileForReading(dataDir: string): Database.Database {
  return open(logFilePath(dataDir), { readonly: true, timeout: readerWaitMsMax }, assertOurLog);
}

function open(
  file: string,
  options: Database.Options,
  prepare: (db: Database.Database, file: string) => void,
): Database.Database {
  const db = new Database(file, options);
  try {
    prepare(db, file);
    return db;
  } catch (error) {
    db.close();
    if (error instanceof LogUnusable) throw error;
    throw new LogUnusable(`${file} can not be opened: ${(error as Error).message}.`, { cause: error });
  }
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
