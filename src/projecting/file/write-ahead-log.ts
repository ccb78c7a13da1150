import type Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import path from 'node:path';
import { DiskNearlyFull, isNearlyFull, measureDiskSpace } from '../../kernel/disk.ts';

/** Bytes of the write-ahead log to move into the file; a page that changes often moves once. */
const walBytesMost = 64 * 1024 * 1024;

/** Share of the disk's reserve that the write-ahead log may use, if that is less. */
const reserveShare = 0.5;

/** Bytes of a page, SQLite's default. */
const pageBytes = 4_096;

/** Milliseconds to the next attempt after readers prevented emptying the write-ahead log. */
const emptyAgainAfterMs = 1_000;

/** Milliseconds that emptying a log that has grown too large waits for readers: more than any may read one state, statistics too. */
export const readersWaitMsMax = 61_000;

/** Most bytes that projecting one event may need in the write-ahead log and the file together; it needs about a third. */
const eventBytesMax = 16 * 1024;

/** Keeps the write-ahead log of a file's only writing connection from growing, and from filling the disk. */
export interface WriteAheadLog {
  /** How many events may be projected in the next transaction. @throws DiskNearlyFull - none */
  roomForEvents(): number;
  /** Call it after each transaction: empties a log that is too large. Never throws: the transaction is committed. */
  bound(): void;
}

/**
 * SQLite restarts at the beginning of the write-ahead log once all its pages are in the file, but never shortens it. While
 * a reader is on an older state, the log only grows; it is emptied as soon as that reader has finished.
 */
export function boundWriteAheadLog(db: Database.Database, bytesMax = bytesMaxOn(path.dirname(db.name))): WriteAheadLog {
  const folder = path.dirname(db.name);
  const walFile = `${db.name}-wal`;
  db.pragma(`wal_autocheckpoint = ${Math.floor(bytesMax / pageBytes)}`);
  db.pragma(`journal_size_limit = ${bytesMax}`);
  let notBeforeMs = 0;
  return {
    roomForEvents() {
      const space = measureDiskSpace(folder);
      if (isNearlyFull(space)) throw new DiskNearlyFull(space);
      return Math.max(1, Math.floor((space.freeBytes - space.reserveBytes) / eventBytesMax));
    },
    bound() {
      const bytes = sizeOf(walFile);
      if (bytes <= 2 * bytesMax || performance.now() < notBeforeMs) return;
      // Waiting delays the projection, but is the only way if there is always a reader.
      if (!emptied(db, { waits: bytes > 4 * bytesMax })) notBeforeMs = performance.now() + emptyAgainAfterMs;
    },
  };
}

/** False if a reader is on an older state, or the disk is full or broken, which the next transaction will notice itself. */
function emptied(db: Database.Database, { waits }: { readonly waits: boolean }): boolean {
  const waitMs = db.pragma('busy_timeout', { simple: true }) as number;
  try {
    db.pragma(`busy_timeout = ${waits ? readersWaitMsMax : 0}`);
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
    return result.busy === 0;
  } catch {
    return false;
  } finally {
    db.pragma(`busy_timeout = ${waitMs}`);
  }
}

function bytesMaxOn(folder: string): number {
  const { reserveBytes } = measureDiskSpace(folder);
  return reserveBytes === 0 ? walBytesMost : Math.floor(Math.min(walBytesMost, reserveBytes * reserveShare));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
