import { accessSync, constants, statSync } from 'node:fs';
import { measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { bytesOfLog } from './log-file-copy.ts';

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

/**
 * Refuses where there is no room to write a log anew once so many bytes of it are removed: SQLite writes all that is left to a
 * temporary file, and then to the write-ahead log, before it gives room back.
 * @throws OperatorError - nothing was removed
 */
export function assertRoomToCompact(folder: string, bytesRemoved: number, temporary = temporaryFolderOfSqlite()): void {
  const bytes = Math.max(0, bytesOfLog(folder) - bytesRemoved);
  const isOneDisk = statSync(folder).dev === statSync(temporary).dev;
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
  throw new OperatorError(
    `Nothing was removed: the disk of ${at} has not enough room to write the log anew. ${needed} bytes are needed${both}; ${freeBytes} are free${kept}.`,
  );
}
