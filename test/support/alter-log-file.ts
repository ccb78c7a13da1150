import Database from 'better-sqlite3';
import path from 'node:path';

/** Changes the file of the embedded log behind the back of whoever has it open: how a disk fails, and comes back. */
export function alterLogFile(dataDir: string, sql: string): void {
  const db = new Database(path.join(dataDir, 'log.sqlite'));
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}
