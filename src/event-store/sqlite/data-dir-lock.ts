import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { LogUnusable } from '../errors.ts';
import { fsyncPath } from '../../kernel/fsync-path.ts';

const lockFileName = 'lock.sqlite';

/**
 * Locks the data directory for this process, creating it if it is missing, until the returned function is called or the
 * process ends, however it ends: the lock is the operating system's.
 * @throws LogUnusable - another process has it, or the directory can't be created
 */
export function lockDataDir(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true });
    fsyncPath(path.dirname(path.resolve(dataDir)));
  } catch (error) {
    throw new LogUnusable(`DATA_DIR ${dataDir} cannot be created: ${(error as Error).message}.`, { cause: error });
  }
  const file = path.join(dataDir, lockFileName);
  let lock: Database.Database | null = null;
  try {
    lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const { code, message } = error as { code?: string; message: string };
    const problem =
      code === 'SQLITE_BUSY'
        ? `DATA_DIR ${dataDir} is in use by another Live Ledger process. Stop that one, or choose another DATA_DIR.`
        : `${file} cannot be locked: ${message}. Remove it if no Live Ledger process is running, or choose another DATA_DIR.`;
    throw new LogUnusable(problem, { cause: error });
  }
  const locked = lock;
  return () => locked.close();
}
