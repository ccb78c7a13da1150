import type Database from 'better-sqlite3';
import { prepareRows } from './named-columns.ts';

/** The whole rows of one page, of which a list has read little. */
export interface ReadAhead<Columns> {
  /** To be called for each row of the page, in its order. */
  add(id: number): void;
  of(id: number): Columns;
}

/**
 * Reads rows with those after them in the page: the first time one row, then twice as many each time, as mostly either few are asked for
 * or all. `sql` selects those whose id is in a JSON list.
 */
export function prepareReadAhead<Columns extends { readonly id: number }>(
  db: Database.Database,
  sql: string,
): () => ReadAhead<Columns> {
  const statement = prepareRows<Columns>(db, sql);
  return () => {
    const ids: number[] = [];
    const read = new Map<number, Columns>();
    let rowsNext = 1;
    return {
      add: (id) => void ids.push(id),
      of(id) {
        if (!read.has(id)) {
          const begin = ids.indexOf(id);
          const wanted = ids.slice(begin, begin + rowsNext);
          rowsNext *= 2;
          for (const columns of statement.all([JSON.stringify(wanted)])) read.set(columns.id, columns);
        }
        const columns = read.get(id);
        if (columns === undefined) throw new TypeError('A row that was read is missing.');
        return columns;
      },
    };
  };
}
