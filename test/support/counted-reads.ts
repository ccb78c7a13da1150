import type Database from 'better-sqlite3';

/** Counts of SQLite's reads: entries counted, entries skipped by an offset, and rows returned. */
export interface CountedReads {
  readonly db: Database.Database;
  /** Entries and rows of all statements so far. */
  readonly rows: () => number;
}

/** Counts the reads of a connection. */
export function countReads(db: Database.Database): CountedReads {
  let rows = 0;
  const counted = (sql: string, statement: Database.Statement): Database.Statement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === 'pluck') return () => counted(sql, target.pluck());
        if (name === 'get') {
          return (...values: unknown[]) => {
            const result = target.get(...values);
            rows += sql.startsWith('SELECT count') ? Number(result) : Number(/OFFSET (\d+)$/.exec(sql)?.[1] ?? 0);
            return result;
          };
        }
        if (name === 'all') {
          return (...values: unknown[]) => {
            const result = target.all(...values);
            rows += result.length;
            return result;
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const watched = new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => counted(sql, target.prepare(sql));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { db: watched, rows: () => rows };
}
