import Database from 'better-sqlite3';
import path from 'node:path';

/** Takes the write lock of the embedded log, as another program might: no commit completes until it is released. */
export function lockLog(dataDir: string): { release(): void } {
  const other = new Database(path.join(dataDir, 'log.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return { release: () => void other.close() };
}
