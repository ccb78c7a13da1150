import type Database from 'better-sqlite3';

/** `INSERT … VALUES (@…)` for named columns. */
export function insertSql(table: string, columns: readonly string[], conflict = ''): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')}) ${conflict}`;
}

/**
 * Prepares an update by id that writes indexed columns only where one of them changed: SQLite maintains every index whose
 * column is set, also to the value it has, and most events change none.
 */
export function prepareUpdate(
  db: Database.Database,
  table: string,
  indexed: readonly string[],
  plain: readonly string[],
): (row: Readonly<Record<string, unknown>>, id: number) => void {
  const present = db.prepare<[number], unknown[]>(`SELECT ${indexed.join(', ')} FROM ${table} WHERE id = ?`).raw();
  const all = db.prepare(updateSql(table, [...indexed, ...plain]));
  const some = db.prepare(updateSql(table, plain));
  return (row, id) => {
    const before = present.get(id);
    const isSame = before !== undefined && indexed.every((column, index) => before[index] === row[column]);
    (isSame ? some : all).run({ ...row, id });
  };
}

function updateSql(table: string, columns: readonly string[]): string {
  return `UPDATE ${table} SET ${assignments(columns)} WHERE id = @id`;
}

/** An upsert on the primary key. */
export function upsertSql(table: string, keys: readonly string[], columns: readonly string[]): string {
  const conflict = `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${assignments(columns)}`;
  return insertSql(table, [...keys, ...columns], conflict);
}

function assignments(columns: readonly string[]): string {
  return columns.map((name) => `${name} = @${name}`).join(', ');
}
