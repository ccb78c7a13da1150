import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { openLogFileForReading } from './log-file.ts';

/**
 * Where SQLite puts temporary files: the first of these folders that this user may write to.
 * @param environment - variables of the process, as it was started
 */
export function temporaryFolderOfSqlite(environment = process.env): string {
  const { SQLITE_TMPDIR, TMPDIR } = environment;
  return [SQLITE_TMPDIR, TMPDIR, '/var/tmp', '/usr/tmp', '/tmp'].find(isWritableFolder) ?? '.';
}

function isWritableFolder(folder: string | undefined): folder is string {
  try {
    if (folder === undefined || !statSync(folder).isDirectory()) return false;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Bytes by which two readings of one disk may differ, because others write in between. */
const writtenMeanwhileBytesMost = 64 * 1024 * 1024;

/** A folder's disk, as the operating system reports it. */
export interface DiskIdentity {
  /** Device number. Two mounts of one disk may have different ones. */
  readonly dev: number;
  readonly blocks: number;
  readonly bfree: number;
  /** Bytes per block. */
  readonly bsize: number;
}

/** Whether two folders are, or may be, on one disk: a container's files and its volume are two devices on one disk. */
export function mayBeOneDisk(one: DiskIdentity, other: DiskIdentity): boolean {
  if (one.dev === other.dev) return true;
  if (one.blocks !== other.blocks || one.bsize !== other.bsize) return false;
  return Math.abs(one.bfree - other.bfree) * one.bsize <= writtenMeanwhileBytesMost;
}

function identify(folder: string): DiskIdentity {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return { dev: statSync(folder).dev, blocks, bfree, bsize };
}

/** Bytes of a log without its free pages, which removals leave behind until the file is rewritten. */
function bytesWithoutFreePages(folder: string): number {
  const db = openLogFileForReading(folder);
  try {
    const [pages, freePages, pageBytes] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(db.pragma(name, { simple: true })),
    ) as [number, number, number];
    return (pages - freePages) * pageBytes;
  } finally {
    db.close();
  }
}

/** What will be removed before the log is rewritten. */
export interface RemovalAhead {
  readonly bytes: number;
  /** Whether an earlier run has already removed some. */
  readonly isUnfinished: boolean;
}

/**
 * Throws if there is no room to rewrite the log after these bytes are removed: SQLite writes the rest to a temporary file,
 * and then to the write-ahead log, before it frees any space.
 * @throws OperatorError - nothing was removed by this run
 */
export function assertRoomToCompact(folder: string, { bytes: bytesRemoved, isUnfinished }: RemovalAhead): void {
  const temporary = temporaryFolderOfSqlite();
  const bytes = Math.max(0, bytesWithoutFreePages(folder) - bytesRemoved);
  const isOneDisk = mayBeOneDisk(identify(folder), identify(temporary));
  const ofLog = { at: 'DATA_DIR', needed: isOneDisk ? 2 * bytes : bytes, ...measureDiskSpace(folder) };
  const ofTemporary = { at: temporary, needed: bytes, ...measureDiskSpace(temporary), reserveBytes: 0 };
  const short = [ofLog, ...(isOneDisk ? [] : [ofTemporary])].find(
    ({ needed, freeBytes, reserveBytes }) => needed + reserveBytes > freeBytes,
  );
  if (short === undefined) return;
  const { at, needed, freeBytes, reserveBytes } = short;
  const kept = reserveBytes === 0 ? '' : `, and ${reserveBytes} of them are kept for callbacks`;
  const both = isOneDisk
    ? ', in DATA_DIR and for a temporary file of SQLite, which SQLITE_TMPDIR puts on another disk'
    : '';
  const removed = isUnfinished ? 'Nothing more was removed than by an earlier run' : 'Nothing was removed';
  throw new OperatorError(
    `${removed}: the disk of ${at} has not enough room to write the log anew. ${needed} bytes are needed${both}; ${freeBytes} are free${kept}.`,
  );
}
