import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { LogUnusable } from '../event-store.ts';
import { describeDiskFault, fsyncPath, makeFolder } from '../../kernel/disk.ts';

const lockFileName = 'lock.sqlite';

/** Locked while a command builds read models or removes their events, even beside a service. */
const buildsLockFileName = 'rebuild-lock.sqlite';

/** Locked by a node that answers queries from a copy of a log elsewhere, for as long as it runs. */
const queryNodeLockFileName = 'query-node-lock.sqlite';

/** Locked while a command adds to a backup. */
const backupLockFileName = 'backup-lock.sqlite';

/** Locked by the process that builds and reads the read models of a folder. */
const readerLockFileName = 'reader-lock.sqlite';

/** Files that locks leave; a folder with no others is empty. */
export const filesOfLocks: readonly string[] = [
  lockFileName,
  buildsLockFileName,
  queryNodeLockFileName,
  readerLockFileName,
].flatMap((name) => [name, `${name}-journal`]);

/** The locks of this process. Without a reference, V8 would collect the connection, and closing it releases the lock. */
const taken = new Set<Database.Database>();

/** Whether a process has locked the data directory. */
export function isDataDirInUse(dataDir: string): boolean {
  const file = path.join(dataDir, lockFileName);
  // It would be made: then nobody has it.
  if (!existsSync(file)) return false;
  const lock = new Database(file, { timeout: 0 });
  try {
    // A shared lock, released at once: it hardly delays a process that starts meanwhile.
    lock.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return true;
    throw error;
  } finally {
    lock.close();
  }
}

/**
 * Locks the data directory for this process, creating it if missing, until the returned function is called or the process
 * ends in any way: the operating system owns the lock.
 * @throws LogUnusable - another process has it, or the directory can't be created
 */
export function lockDataDir(dataDir: string): () => void {
  try {
    makeFolder(dataDir);
    fsyncPath(path.dirname(path.resolve(dataDir)));
  } catch (error) {
    const fault =
      describeDiskFault(error) ??
      `${(error as Error).message}. Set it to a folder that this user can make, or may write to.`;
    throw new LogUnusable(`DATA_DIR ${dataDir} cannot be created: ${fault}`, { cause: error });
  }
  return lockFile(
    path.join(dataDir, lockFileName),
    `DATA_DIR ${dataDir} is in use by another Live Ledger process. Stop that one, or choose another DATA_DIR.`,
  );
}

/**
 * Locks a folder against all other commands that build its read models or remove events, until the returned function is
 * called or the process ends.
 * @throws LogUnusable - another command has it
 */
export function lockReadModelBuilds(folder: string): () => void {
  return lockFile(
    path.join(folder, buildsLockFileName),
    `Another command builds the read models in ${folder}, or removes events: a rebuild, or retention. Nothing was changed. Wait until it has ended.`,
  );
}

/**
 * Locks the folder of an incremental backup.
 * @throws LogUnusable - another command adds to it
 */
export function lockBackup(folder: string): () => void {
  return lockFile(
    path.join(folder, backupLockFileName),
    `Another command adds to the backup in ${folder}. Nothing was changed. Wait until it has ended.`,
  );
}

/**
 * Locks a folder for a node that answers queries from the copy of a log in it, until the returned function is called or the
 * process ends.
 * @throws LogUnusable - another node has it
 */
export function lockQueryNode(folder: string): () => void {
  makeFolder(folder);
  return lockFile(
    path.join(folder, queryNodeLockFileName),
    `${folder} is in use by another Live Ledger process. Stop that one, or choose another DATA_DIR.`,
  );
}

/**
 * Locks the read models of a folder for this process, creating it if missing. Returns how to release them, or null: another
 * process has them.
 * @throws LogUnusable - the lock can't be made
 */
export function lockReader(folder: string): (() => void) | null {
  makeFolder(folder);
  return tryToLock(path.join(folder, readerLockFileName));
}

function lockFile(file: string, problemIfLocked: string): () => void {
  const release = tryToLock(file);
  if (release === null) throw new LogUnusable(problemIfLocked);
  return release;
}

/** Null if another process has it. */
function tryToLock(file: string): (() => void) | null {
  let lock: Database.Database | null = null;
  try {
    lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const { code, message } = error as { code?: string; message: string };
    if (code === 'SQLITE_BUSY') return null;
    const fault =
      describeDiskFault(error) ??
      `${message}. Remove it if no Live Ledger process is running, or choose another DATA_DIR.`;
    throw new LogUnusable(`${file} cannot be locked: ${fault}`, { cause: error });
  }
  const locked = lock;
  taken.add(locked);
  return () => {
    taken.delete(locked);
    locked.close();
  };
}
