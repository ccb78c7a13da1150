import Database from 'better-sqlite3';
import path from 'node:path';

/** Changes the file of an open embedded log over another connection, to make its disk fail and recover. */
export function alterLogFile(dataDir: string, sql: string): void {
  const db = new Database(path.join(dataDir, 'log.sqlite'));
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}
