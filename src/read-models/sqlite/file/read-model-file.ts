import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ReadModelUnusable } from '../../read-model-writer.ts';
import { readerIndexesSql, tablesSql } from './read-model-schema.ts';

/** As the projection is called in GraphQL. */
export const readModelName = 'ledger';

/** Must be raised with every change of the tables or of a projection's results: each version builds a file of its own. */
export const readModelVersion = 3;

/** Milliseconds that the projection waits for another program that is writing to the file: only its own thread waits. */
const writerWaitMsMax = 3_000;

/** Milliseconds that a reader waits: its thread also receives callbacks. In WAL mode it hardly ever has to wait. */
const readerWaitMsMax = 100;

/** Pages of 4 KB in the write-ahead log until they are moved into the file: a page that changes often is moved once. */
const walPagesMax = 16_000;

/** KiB of pages that the writer may keep in memory: look-ups are all over the tables and indexes. */
export const writerCacheKiB = 256 * 1024;

/** The file of this version of the read model. */
export function readModelFileName(dataDir: string): string {
  return path.join(dataDir, `read-model-v${readModelVersion}.sqlite`);
}

/**
 * Opens the file for the projector; makes it for this log where it is missing.
 * @throws ReadModelUnusable - the file is damaged, of another version, or no read model
 */
export function openReadModelForWriting(file: string, logId: string): Database.Database {
  const db = new Database(file, { timeout: writerWaitMsMax });
  try {
    db.pragma('journal_mode = WAL');
    // Not FULL: a power cut loses rows and checkpoint together, and both are projected again from the log.
    db.pragma('synchronous = NORMAL');
    db.pragma(`wal_autocheckpoint = ${walPagesMax}`);
    // Negative: in KiB rather than in pages.
    db.pragma(`cache_size = -${writerCacheKiB}`);
    if (db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) {
      db.transaction(() => {
        makeTables(db, logId);
        for (const sql of readerIndexesSql) db.exec(sql);
      })();
    }
    if (db.pragma('user_version', { simple: true }) !== readModelVersion) throw new Error('it is of another version');
    return db;
  } catch (error) {
    db.close();
    throw new ReadModelUnusable(`${file} can not be opened as a read model: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** The tables of a new file, without the indexes that only readers need. */
export function makeTables(db: Database.Database, logId: string): void {
  db.exec(tablesSql);
  db.pragma(`user_version = ${readModelVersion}`);
  db.prepare('INSERT INTO progress (one, log_id) VALUES (1, ?)').run(logId);
}

/**
 * Bytes of the file that a reader maps into its address space; this takes no memory of its own. A list that examines rows all
 * over the file reads a page for each, and a system call for each costs several times what the rest does. A page cache does
 * not help: every projected batch invalidates it.
 */
const mappedBytesMax = 1024 ** 3;

/** Opens the file for readers; it must exist. */
export function openReadModelForReading(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: readerWaitMsMax });
  db.pragma(`mmap_size = ${mappedBytesMax}`);
  return db;
}

/** Removes the file and what SQLite keeps beside it. */
export function removeReadModel(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
