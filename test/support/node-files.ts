import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { logFilePath } from '../../src/log/sqlite/log-file.ts';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { copyFolder } from '../../src/node/data-dir.ts';
import { dumpOf, dumpOfStopped, type Dump } from './read-model.ts';

/** The digest of all rows of each table in a stopped query node's copy of the log and its read models. */
export function digestsOf(dataDir: string): Readonly<Record<string, string>> {
  const folder = copyFolder(dataDir);
  const copy = new Database(logFilePath(folder), { readonly: true });
  try {
    return { ...digests('copy', dumpOf(copy)), ...digests('rows', dumpOfStopped(readModelFileName(folder))) };
  } finally {
    copy.close();
  }
}

function digests(file: string, dump: Dump): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(dump).map(([table, rows]) => [`${file}.${table}`, `${rows.length} rows, ${hashOf(rows)}`]),
  );
}

/** A hash of rows, quicker to compare than they are. */
export function hashOf(rows: unknown): string {
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
