import Database from 'better-sqlite3';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fsyncPath } from '../../kernel/folders.ts';
import { makeTables, writerCacheKiB } from './read-model-file.ts';
import { readerIndexesSql } from './read-model-schema.ts';

/** For a rebuild: no readers' indexes; not durable until `replaceReadModel`. Failed batches are still rolled back. */
export function openReadModelForFilling(file: string, logId: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma('locking_mode = EXCLUSIVE');
    // Negative: KiB, not pages.
    db.pragma(`cache_size = -${writerCacheKiB}`);
    db.transaction(() => makeTables(db, logId))();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Progress of making the readers' indexes. */
export interface IndexProgress {
  readonly indexes: number;
  readonly indexesTotal: number;
}

/** Makes the readers' indexes over the finished tables, and yields after each one. */
export function* makeReaderIndexes(db: Database.Database): Generator<IndexProgress> {
  for (const [index, sql] of readerIndexesSql.entries()) {
    db.exec(sql);
    yield { indexes: index + 1, indexesTotal: readerIndexesSql.length };
  }
}

/**
 * Replaces a read model, which nobody may have open, by a complete file that its writer has closed. If a kill or power
 * failure interrupts it, the name has one of the two files, whole, or none.
 */
export function replaceReadModel(file: string, complete: string): void {
  const folder = path.dirname(file);
  fsyncPath(complete);
  // Removes the old write-ahead log before the new file gets the name, or SQLite would apply it to that.
  if (!checkpointWriteAheadLog(file)) rmSync(file, { force: true });
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  fsyncPath(folder);
  renameSync(complete, file);
  fsyncPath(folder);
}

/** Moves the write-ahead log into the file. False if there is no such file, or it is damaged and useless. */
function checkpointWriteAheadLog(file: string): boolean {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
  } catch {
    return false;
  } finally {
    db?.close();
  }
}
