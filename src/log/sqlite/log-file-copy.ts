import Database from 'better-sqlite3';
import { closeSync, openSync } from 'node:fs';
import { fsyncPath } from '../../kernel/folders.ts';
import { logFilePath, openLogFileForReading } from './log-file.ts';

/** Pages per step of a copy, 4 MiB. Between two steps the disk serves others. */
const stepPages = 1_024;

/** How far a copy has come. */
export interface CopyProgress {
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
