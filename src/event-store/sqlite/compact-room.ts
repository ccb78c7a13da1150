import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { openLogFileForReading } from './log-file.ts';

/**
 * Where SQLite puts temporary files: the first of these that this user may write to.
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

/** Bytes by which one disk may differ from itself between two questions: what others write meanwhile. */
const writtenMeanwhileBytesMost = 64 * 1024 * 1024;

/** What the operating system says of the disk of a folder. */
export interface DiskIdentity {
  /** Number of the device: two mounts of one disk may have two. */
  readonly dev: number;
  readonly blocks: number;
  readonly bfree: number;
  /** Bytes of a block. */
  readonly bsize: number;
}

/** Whether two folders are, or may be, on one disk: a container's own files and a volume of it are on two devices of one. */
export function mayBeOneDisk(one: DiskIdentity, other: DiskIdentity): boolean {
  if (one.dev === other.dev) return true;
  if (one.blocks !== other.blocks || one.bsize !== other.bsize) return false;
  return Math.abs(one.bfree - other.bfree) * one.bsize <= writtenMeanwhileBytesMost;
}

function identify(folder: string): DiskIdentity {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return { dev: statSync(folder).dev, blocks, bfree, bsize };
}

/** Bytes of a log without the free pages of its file, which what was removed leaves until the file is written anew. */
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

/** What is to be removed before the log is written anew. */
export interface RemovalAhead {
  readonly bytes: number;
  /** Whether an earlier run has removed some already. */
  readonly isUnfinished: boolean;
}

/**
 * Refuses where there is no room to write a log anew once so many bytes of it are removed: SQLite writes all that is left to a
 * temporary file, and then to the write-ahead log, before it gives room back.
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
