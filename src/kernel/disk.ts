import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
  type StatsFs,
} from 'node:fs';
import path from 'node:path';
import { OperatorError } from './errors.ts';

/**
 * Bytes of a disk reserved for the record, that is the log and the spool: a quarter of a million callbacks of 1 KB.
 * Everything that can be rebuilt stops before that.
 */
export const reserveBytesMost = 256 * 1024 * 1024;

/** Share of a small disk that is the reserve. */
const reserveShareMost = 0.1;

/** Space left on a folder's disk. */
export interface DiskSpace {
  /** Bytes that this user may still write. */
  readonly freeBytes: number;
  /** The part of them reserved for the record. */
  readonly reserveBytes: number;
}

/**
 * Asks the operating system, which takes a few microseconds. If it does not know (a file system that does not report its
 * size, a folder that is gone), assumes room: a write there will show.
 */
export function measureDiskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = askFor(folder);
  if (blocks === 0) return { freeBytes: Infinity, reserveBytes: 0 };
  return {
    freeBytes: bavail * bsize,
    reserveBytes: Math.floor(Math.min(reserveBytesMost, blocks * bsize * reserveShareMost)),
  };
}

function askFor(folder: string): Pick<StatsFs, 'bavail' | 'blocks' | 'bsize'> {
  try {
    return statfsSync(folder);
  } catch {
    return { bavail: 0, blocks: 0, bsize: 0 };
  }
}

/** Whether only the reserve, or less, is left. */
export function isNearlyFull({ freeBytes, reserveBytes }: DiskSpace): boolean {
  return freeBytes <= reserveBytes;
}

/** Only the reserve is left: only the record is still written. */
export class DiskNearlyFull extends OperatorError {
  override readonly name = 'DiskNearlyFull';

  constructor({ freeBytes, reserveBytes }: DiskSpace) {
    super(
      `The disk of DATA_DIR is nearly full: ${mebibytes(freeBytes)} MiB are free, and ${mebibytes(reserveBytes)} MiB are kept for callbacks, which are still recorded. Free some space, or enlarge the disk.`,
    );
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

/** What error codes of the operating system and of SQLite mean for the disk, and what to do. The first match counts. */
const faults: readonly (readonly [RegExp, string])[] = [
  [
    /^(ENOSPC|EDQUOT|EFBIG|SQLITE_FULL)/,
    'The disk of DATA_DIR is full, or the quota of this user is used up. Free some space, or enlarge the disk. Nothing that was answered with 200 is lost; do not delete files in DATA_DIR by hand.',
  ],
  [
    /^(EROFS|SQLITE_READONLY)/,
    'DATA_DIR cannot be written. Mount its disk writable, and give this user the rights to its files.',
  ],
  [
    /^SQLITE_CANTOPEN/,
    'A file in DATA_DIR cannot be opened or made: this user has no right to it, as after a command that was run as root, its disk can only be read, or the process has too many open files. Give all of DATA_DIR to the user of the service (chown), or raise the limit of open files.',
  ],
  [
    /^(EIO|SQLITE_IOERR)/,
    'The disk of DATA_DIR reports an error: it is full, at a limit on the size of files, taken away, or broken. See the free space and the log of the operating system.',
  ],
];

/** Links of a chain of causes to examine. */
const causesMax = 10;

/** What is wrong with the disk and what to do; null if neither an error nor its causes are about that. */
export function describeDiskFault(error: unknown): string | null {
  let cause = error;
  for (let depth = 0; depth < causesMax && typeof cause === 'object' && cause !== null; depth += 1) {
    const { code, cause: next } = cause as { readonly code?: unknown; readonly cause?: unknown };
    const fault = faults.find(([codes]) => codes.test(String(code)));
    if (fault !== undefined) return fault[1];
    cause = next;
  }
  return null;
}

/** What to do about a damaged file, if an error is SQLite's about one; otherwise null. */
export function adviceOnDamage(error: unknown): string | null {
  const { code } = Object(error) as { readonly code?: unknown };
  if (!/^SQLITE_(CORRUPT|NOTADB)/.test(String(code))) return null;
  return 'A file in DATA_DIR is damaged; `live-ledger verify` says which. Keep it. If it is the log, restore a backup (docs/backup.md#restore). If it is in copy/ or spool/, move that folder away and start again: a copy is made anew, but what waited in the spool is nowhere else.';
}

/** Makes a file's content, or a folder's entries, durable. A new file is durable only once its folder's entry is. */
export function fsyncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a file a new text, durably: after a crash it has the one before or this one, whole. */
export function replaceFile(file: string, text: string, mode = 0o666): void {
  writeFileSync(`${file}.new`, text, { mode, flush: true });
  renameSync(`${file}.new`, file);
  fsyncPath(path.dirname(file));
}

/**
 * Makes a folder and its parents if they are missing. Does not use `recursive` of `mkdirSync`, which tries for ever if the
 * system reports an existing folder as missing, as under /proc.
 * @throws Error - of the system, with its code
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const parent = path.dirname(path.resolve(folder));
  if (found === undefined && parent !== path.resolve(folder)) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
