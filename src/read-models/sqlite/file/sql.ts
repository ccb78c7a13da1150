import type Database from 'better-sqlite3';

/** Prepares an insert of rows whose properties are named after the columns. */
export function prepareInsert<Row extends object>(
  db: Database.Database,
  table: string,
  columns: readonly (keyof Row & string)[],
): (row: Row) => void {
  // By place, not by name: a statement finds a parameter's name anew in every row. One by one: a list is slower to bind.
  const marks = columns.map(() => '?').join(', ');
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`);
  return (row) => void statement.run(...columns.map((column) => row[column]));
}

/**
 * Prepares an update by id that writes a group of indexed columns only where one of them differs from what is stored: SQLite
 * maintains every index whose column is set, also to the value it has, and most events change few.
 */
export function prepareUpdate<Row extends object>(
  db: Database.Database,
  table: string,
  groups: readonly (readonly (keyof Row & string)[])[],
  plain: readonly (keyof Row & string)[],
): (id: number, row: Row, stored: Partial<Row>) => void {
  const prepared = new Map<number, { columns: readonly (keyof Row & string)[]; statement: Database.Statement }>();
  const prepareFor = (changed: number) => {
    const columns = [...groups.flatMap((group, index) => ((changed >> index) & 1 ? group : [])), ...plain];
    const statement = db.prepare(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
    );
    const update = { columns, statement };
    prepared.set(changed, update);
    return update;
  };
  return (id, row, stored) => {
    let changed = 0;
    groups.forEach((group, index) => {
      if (group.some((column) => row[column] !== stored[column])) changed |= 1 << index;
    });
    const { columns, statement } = prepared.get(changed) ?? prepareFor(changed);
    statement.run(...columns.map((column) => row[column]), id);
  };
}

/** Prepares an upsert on the primary key. */
export function prepareUpsert<Row extends object>(
  db: Database.Database,
  table: string,
  keys: readonly (keyof Row & string)[],
  columns: readonly (keyof Row & string)[],
): (row: Row) => void {
  const all = [...keys, ...columns];
  const statement = db.prepare(
    `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  );
  return (row) => void statement.run(...all.map((column) => row[column]));
}
