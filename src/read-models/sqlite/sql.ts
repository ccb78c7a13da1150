/** `INSERT … VALUES (@…)` for named columns. */
export function insertSql(table: string, columns: readonly string[], conflict = ''): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')}) ${conflict}`;
}

/** `UPDATE … SET … WHERE id = @id` for named columns. */
export function updateSql(table: string, columns: readonly string[]): string {
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
