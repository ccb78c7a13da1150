import Database from 'better-sqlite3';
import { closeSync, openSync } from 'node:fs';
import { fsyncPath } from '../../kernel/folders.ts';
import { logFilePath, openLogFileForReading } from './log-file.ts';

/** Pages of one step of a copy, 4 MiB: between two steps the disk serves whoever else waits for it. */
const stepPages = 1_024;

/** How far a copy is. */
export interface CopyProgress {
  readonly pages: number;
  readonly pagesTotal: number;
}

/** How many bytes a copy of the log in a folder has at least: the file may grow until it is made. */
export function bytesOfLog(folder: string): number {
  const db = openLogFileForReading(folder);
  try {
    return Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  } finally {
    db.close();
  }
}

/**
 * Copies one state of the log in a folder to another folder, which exists and has none, while a service may be appending to it:
 * neither waits for the other, and the copy is made in one pass. Until it is done the write-ahead log of the service can't be
 * emptied: it grows by what is appended meanwhile. The copy is one file, for this user only, and durable when this resolves;
 * where it fails, the file that it began is left for the caller to remove.
 * @throws LogUnusable - there is no log, or it is none of ours
 * @throws an error of SQLite or of the system - the copy can't be written
 */
export async function copyLogFile(
  fromFolder: string,
  toFolder: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const file = logFilePath(toFolder);
  // SQLite would create it with the rights of other files; it takes an empty one as new.
  closeSync(openSync(file, 'wx', 0o600));
  const source = openLogFileForReading(fromFolder);
  try {
    // Every step reads the state that this transaction has: otherwise each commit of the service would begin the copy again.
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
 * Moves what is in the write-ahead log into the file, and goes on without one: a file that has one can be neither moved nor read
 * alone. Nobody else may have the log open. The next service that opens it gives it one again.
 */
export function makeSingleFile(folder: string): void {
  const db = new Database(logFilePath(folder));
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}
