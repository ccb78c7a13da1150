import type { PageKey } from '../../listing.ts';
import { columnSql, conditionSql, joined, type Query } from './condition-sql.ts';
import type { FieldColumn } from './list-definition.ts';
import type { BoundPath } from './plan-list.ts';

/** What the SQL of a list stands on; its fields and orders are its own affair by now. */
export interface ListTable {
  readonly table: string;
  readonly rowColumn: string;
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<string, FieldColumn>>;
  readonly orders: Readonly<Record<string, { readonly columns: readonly [string, ...string[]] }>>;
}

/** A part of a list: how its rows are found, and where in the order it begins and ends. */
export interface Stretch {
  readonly bound: BoundPath<string, string>;
  readonly by: string;
  readonly descending: boolean;
  /** Where it begins; null: with the first row. */
  readonly from: { readonly key: PageKey; readonly inclusive: boolean } | null;
  /** The last place that it may reach; null: none. */
  readonly until: PageKey | null;
}

/** Where in a list to begin, and which way to go. */
export type PageStart = Pick<Stretch, 'descending' | 'from'>;

/** The rows of a stretch with their keys, in order. The index is named, so that SQLite takes this one and no other. */
export function rowsQuery(list: ListTable, stretch: Stretch, limit: number): Query {
  const columns = columnsOf(list, stretch.by);
  const keys = keysSql(columns);
  const order = orderSql(columns, stretch.descending);
  const { sql, values } = whereOf(list, stretch, true);
  const found = (selected: string) =>
    `SELECT ${selected} FROM ${source(list, stretch.bound)} WHERE ${sql} ORDER BY ${order} LIMIT ${limit}`;
  if (stretch.bound.inOrder) return { sql: found(`${list.columnNames}, ${keys}`), values };
  // Sorted without what is told of them: carrying that along costs more than all the rest.
  return {
    sql: `SELECT ${list.columnNames}, ${keys} FROM (${found(`${list.rowColumn} AS found_row`)})
      CROSS JOIN ${list.table} ON ${list.rowColumn} = found_row ORDER BY ${order}`,
    values,
  };
}

/** How many rows a stretch has, up to a limit: all that are found, or those that match. */
export function countQuery(list: ListTable, stretch: Stretch, rows: 'found' | 'matching', limit: number): Query {
  const { sql, values } = whereOf(list, stretch, rows === 'matching');
  return {
    sql: `SELECT count(*) FROM (SELECT 1 FROM ${source(list, stretch.bound)} WHERE ${sql} LIMIT ${limit})`,
    values,
  };
}

/** The key of the row that so many are found before; no row where they are fewer. */
export function keyQuery(list: ListTable, stretch: Stretch, rowsBefore: number): Query {
  const columns = columnsOf(list, stretch.by);
  const { sql, values } = whereOf(list, stretch, false);
  return {
    sql: `SELECT ${keysSql(columns)} FROM ${source(list, stretch.bound)} WHERE ${sql}
      ORDER BY ${orderSql(columns, stretch.descending)} LIMIT 1 OFFSET ${rowsBefore}`,
    values,
  };
}

function columnsOf(list: ListTable, by: string): readonly string[] {
  const order = list.orders[by];
  if (order === undefined) throw new TypeError('The list has no such order.');
  return order.columns;
}

/** As text: whole numbers of 64 bits. */
function keysSql(columns: readonly string[]): string {
  return columns.map((column, index) => `CAST(${column} AS TEXT) AS key_${index}`).join(', ');
}

function orderSql(columns: readonly string[], descending: boolean): string {
  return columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
}

function source({ table, columnOf }: ListTable, { path }: BoundPath<string, string>): string {
  const [field] = path.equal;
  const column = field === undefined ? undefined : columnOf[field];
  const isOfMembers = typeof column === 'object';
  return path.index === null || isOfMembers ? `${table} NOT INDEXED` : `${table} INDEXED BY ${path.index}`;
}

function whereOf(list: ListTable, stretch: Stretch, withResidual: boolean): Query {
  const { bound } = stretch;
  const row = `${list.table}.${list.rowColumn}`;
  const held = withResidual ? bound.residual : [];
  return joined(
    [
      ...(bound.path.when === undefined ? [] : [{ sql: bound.path.when.sql, values: [] }]),
      ...bound.seeks.map((seek) => seekSql(list, bound, seek)),
      ...placeSql(list, stretch),
      // IS TRUE keeps SQLite from seeking by what is meant to be looked at row by row.
      ...held.map((condition) => {
        const { sql, values } = conditionSql(list.columnOf, row, condition);
        return { sql: `(${sql}) IS TRUE`, values };
      }),
    ],
    'AND',
    'TRUE',
  );
}

function seekSql(list: ListTable, { path }: BoundPath<string, string>, seek: Stretch['bound']['seeks'][number]): Query {
  const column = list.columnOf[seek.field];
  if (typeof column === 'string') return columnSql(column, seek);
  if (column === undefined || !('table' in column)) throw new TypeError(`No index has ${seek.field} as a column.`);
  const values = seek.operator === 'in' ? seek.values : 'value' in seek ? [seek.value] : [];
  const index = path.index === null ? '' : `INDEXED BY ${path.index}`;
  const next = (after: string) =>
    `(SELECT min(member.${column.rowColumn}) FROM ${column.table} AS member ${index}
      WHERE member.${column.column} = found.value ${after})`;
  // From one row to the next that has the value, whatever number of members name it.
  return {
    sql: `${list.rowColumn} IN (WITH RECURSIVE step (value, row) AS (
        SELECT found.value, ${next('')} FROM json_each(?) AS found
        UNION ALL
        SELECT found.value, ${next(`AND member.${column.rowColumn} > found.row`)} FROM step AS found
        WHERE found.row IS NOT NULL
      ) SELECT row FROM step WHERE row IS NOT NULL)`,
    values: [JSON.stringify(values)],
  };
}

/**
 * Where the stretch lies in the order. On either side one comparison alone is written for the index: of two, SQLite might
 * seek by the wider one, and read all rows in between.
 */
function placeSql(list: ListTable, { bound, by, descending, from, until }: Stretch): Query[] {
  const columns = columnsOf(list, by);
  const { range, path, inOrder } = bound;
  const compare = (operator: string, key: PageKey): Query => ({
    sql: `(${columns.join(', ')}) ${operator} (${columns.map(() => '?').join(', ')})`,
    values: key,
  });
  const begin = from === null ? null : compare(`${descending ? '<' : '>'}${from.inclusive ? '=' : ''}`, from.key);
  const end = until === null ? null : compare(descending ? '>=' : '<=', until);
  const lead = path.order === null ? null : columnsOf(list, path.order)[0];
  const above = lead == null || range?.from == null ? null : { sql: `${lead} >= ?`, values: [range.from] };
  const below = lead == null || range?.to == null ? null : { sql: `${lead} <= ?`, values: [range.to] };
  if (!inOrder) return [begin, end, above, below].filter((part) => part !== null);
  const [first, last] = descending ? [below, above] : [above, below];
  const isInside = (key: PageKey, edge: Query | null) =>
    edge === null ||
    (descending ? (key[0] ?? 0n) <= BigInt(edge.values[0] ?? 0) : (key[0] ?? 0n) >= BigInt(edge.values[0] ?? 0));
  const side = from === null || !isInside(from.key, first) ? first : begin;
  return [side, end ?? last].filter((part) => part !== null);
}
