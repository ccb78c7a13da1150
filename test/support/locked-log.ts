import Database from 'better-sqlite3';
import path from 'node:path';

/** Holds the write lock of the embedded log, as a slow disk or another program does: no commit comes to its end meanwhile. */
export function holdLog(dataDir: string): { release(): void } {
  const other = new Database(path.join(dataDir, 'log.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return { release: () => void other.close() };
}
