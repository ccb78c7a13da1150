import Database from 'better-sqlite3';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fsyncPath } from '../../../kernel/fsync-path.ts';
import { makeTables, writerCacheKiB } from './read-model-file.ts';
import { readerIndexesSql } from './read-model-schema.ts';

/**
 * Opens a new file to be filled at once: without the indexes that only readers need, which `makeReaderIndexes` makes, and not
 * durable until `replaceReadModel`. A batch that fails is still undone.
 */
export function openReadModelForFilling(file: string, logId: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma('locking_mode = EXCLUSIVE');
    // Negative: in KiB rather than in pages.
    db.pragma(`cache_size = -${writerCacheKiB}`);
    db.transaction(() => {
      makeTables(db, logId);
    })();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export interface IndexProgress {
  readonly indexes: number;
  readonly indexesTotal: number;
}

/** Makes the readers' indexes, each over rows that stand in their places, and tells after each how many there are. */
export function* makeReaderIndexes(db: Database.Database): Generator<IndexProgress> {
  for (const [index, sql] of readerIndexesSql.entries()) {
    db.exec(sql);
    yield { indexes: index + 1, indexesTotal: readerIndexesSql.length };
  }
}

/**
 * Puts a complete file, closed by its writer, in the place of the present one, which nobody may have open. Cut off at any
 * moment, by a kill or by the loss of power, it leaves under the name one of the two, whole, or none.
 */
export function replaceReadModel(file: string, complete: string): void {
  const folder = path.dirname(file);
  fsyncPath(complete);
  // Gone for good before the new file has the name: it would be read together with a write-ahead log of the old one.
  if (!putWriteAheadLogInto(file)) rmSync(file, { force: true });
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  fsyncPath(folder);
  renameSync(complete, file);
  fsyncPath(folder);
}

/** False where there is no such file, or it is so damaged that it is rebuilt for that: then it is of no use without its log. */
function putWriteAheadLogInto(file: string): boolean {
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
