import type Database from 'better-sqlite3';
import type { Page, PageRequest } from '../../listing.ts';
import { createListReading } from './list-reading.ts';
import type { ListDefinition } from './list-definition.ts';

/**
 * Reads one page, whether there is more on either side, and the count of the list where it is asked for; to be called
 * inside a transaction.
 * @throws LedgerError - OPERATION_TOO_COSTLY
 */
export function readPage<Field extends string, Order extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ListDefinition<Field, Order, Columns, Row>,
  request: PageRequest<Field, Order>,
): Omit<Page<Row>, 'checkpoint'> {
  const { direction, rowsMax, from, order, countMax } = request;
  const reading = createListReading(db, list, request);
  const isForwards = direction === 'forwards';
  const found = reading.rows(
    { descending: order.descending === isForwards, from: from === null ? null : { key: from, inclusive: false } },
    rowsMax + 1,
  );
  const hasMore = found.length > rowsMax;
  const rows = found.slice(0, rowsMax).map(({ columns, key }) => ({ row: list.toRow(columns as Columns), key }));
  // What matches between the cursor and the page is the page: so what lies behind it lies at the cursor or before it.
  const hasBehind =
    from !== null &&
    reading.hasRow({ descending: order.descending !== isForwards, from: { key: from, inclusive: true } });
  const total = countMax === null ? null : reading.total(countMax);
  if (isForwards) return { rows, hasNextPage: hasMore, hasPreviousPage: hasBehind, total };
  return { rows: rows.reverse(), hasNextPage: hasBehind, hasPreviousPage: hasMore, total };
}
