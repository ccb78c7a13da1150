import type { ReadAhead, SomeColumns } from './listed-row.ts';
import type { RowStatement } from '../file/read-statements.ts';

/**
 * Reads rows with those after them in the page: the first time one row, then twice as many each time, as mostly either few are asked for
 * or all. `statement` selects those whose id is in a JSON list.
 */
export function createReadAhead<Columns extends { readonly id: number }>(
  statement: RowStatement<SomeColumns<Columns>>,
): ReadAhead<Columns> {
  const ids: number[] = [];
  const read = new Map<number, SomeColumns<Columns>>();
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
}
