import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { logFilePath } from '../../src/log/sqlite/log-file.ts';
import { readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { copyFolder } from '../../src/node/data-dir.ts';
import { dumpOf } from './read-model.ts';

/** The digest of all rows of each table in a stopped query node's copy of the log and its read models. */
export function digestsOf(dataDir: string): Readonly<Record<string, string>> {
  const folder = copyFolder(dataDir);
  const files = { copy: logFilePath(folder), rows: readModelFileName(folder) };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, file]) => {
      const db = new Database(file, { readonly: true });
      try {
        return Object.entries(dumpOf(db)).map(([table, rows]) => [
          `${name}.${table}`,
          `${rows.length} rows, ${createHash('sha256')
            .update(JSON.stringify(table === 'incidents' ? rows.map(withoutChange) : rows))
            .digest('hex')}`,
        ]);
      } finally {
        db.close();
      }
    }),
  );
}

/** An incident changes at the end of a transaction, and each node has its own: docs/incidents.md says what that means for clients. */
function withoutChange({
  changed_position: _position,
  changed_ordinal: _ordinal,
  ...rest
}: Readonly<Record<string, unknown>>) {
  return rest;
}
