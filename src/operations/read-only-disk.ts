import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OperatorError } from '../kernel/errors.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';

/** A folder with a log that can be read. */
export interface ReadableLog {
  readonly folder: string;
  /** Removes what was made to read it. */
  remove(): void;
}

/**
 * The folder itself, or a copy of its log in TMPDIR if it is on a disk that can only be read: to read a file that a service wrote last,
 * SQLite must be able to write beside it. A backup is one file, and needs no copy.
 * @throws OperatorError - TMPDIR has no room for the copy
 */
export function openReadableLog(folder: string): ReadableLog {
  const file = logFilePath(folder);
  if (!isReadOnly(folder) || !hasWriteAheadLog(file)) return { folder, remove: () => undefined };
  const copy = mkdtempSync(path.join(tmpdir(), 'live-ledger-'));
  const remove = () => {
    rmSync(copy, { recursive: true, force: true });
  };
  try {
    copyFileSync(file, logFilePath(copy));
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${logFilePath(copy)}-wal`);
    return { folder: copy, remove };
  } catch (cause) {
    remove();
    throw new OperatorError(
      `${folder} is on a disk that can only be read, so its log is copied to ${tmpdir()} to be read, which failed (${(cause as NodeJS.ErrnoException).code}). Set TMPDIR to a folder with room for it.`,
      { cause },
    );
  }
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Byte 18 of a file of SQLite: 2 with a write-ahead log (https://www.sqlite.org/fileformat.html). */
function hasWriteAheadLog(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(19);
    readSync(descriptor, head, 0, head.byteLength, 0);
    return head[18] === 2;
  } finally {
    closeSync(descriptor);
  }
}
