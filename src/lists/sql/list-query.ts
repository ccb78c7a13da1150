import {
  type Condition,
  type FieldCondition,
  type PageKey,
  type SomeCondition,
  prefixRange,
  type TextRange,
} from '../listing.ts';
import type { FieldColumn, ListDefinition, MemberColumn } from './list-definition.ts';
import type { ListPlan } from './plan-list.ts';

/** SQL with its positional parameters. */
export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

/** The tables and columns that a condition of a list refers to. */
type ListTables = Pick<ListDefinition, 'table' | 'rowColumn' | 'columnOf'>;

/** Compiles a condition: TRUE for rows that match, FALSE or NULL for others. `not` becomes IS NOT TRUE, so NULL never decides. */
export function conditionSql(list: ListTables, condition: Condition<string>): Query {
  const within = (inner: Condition<string>) => conditionSql(list, inner);
  if ('and' in condition) return joined(condition.and.map(within), 'AND', 'TRUE');
  if ('or' in condition) return joined(condition.or.map(within), 'OR', 'FALSE');
  if ('not' in condition) {
    const { sql, values } = within(condition.not);
    return { sql: `(${sql}) IS NOT TRUE`, values };
  }
  if ('someOf' in condition) return someSql(list, condition);
  const column = list.columnOf[condition.field];
  if (column === undefined) throw new TypeError('The list has no such field.');
  return fieldSql(column, `${list.table}.${list.rowColumn}`, condition);
}

/** One row of the other table meets the whole condition. Its columns hide columns of the same name in the list's own table. */
function someSql(list: ListTables, { someOf, meets }: SomeCondition<string>): Query {
  const members = list.columnOf[someOf];
  if (typeof members !== 'object' || !('columnOf' in members)) throw new TypeError('The list has no such members.');
  const { table, rowColumn } = members;
  const { sql, values } = conditionSql(members, meets);
  const row = `${list.table}.${list.rowColumn}`;
  return { sql: `EXISTS (SELECT 1 FROM ${table} WHERE ${table}.${rowColumn} = ${row} AND (${sql}))`, values };
}

/** A condition with those that every row of the list meets. */
export function withAlways(
  { always }: Pick<ListDefinition, 'always'>,
  condition: Condition<string>,
): Condition<string> {
  return always === undefined ? condition : { and: [condition, ...always()] };
}

/** Joins expressions with an operator; `empty` is the result if there are none. */
export function joined(parts: readonly Query[], by: 'AND' | 'OR', empty: string): Query {
  return {
    sql: parts.length === 0 ? empty : parts.map(({ sql }) => `(${sql})`).join(` ${by} `),
    values: parts.flatMap(({ values }) => values),
  };
}

function fieldSql(column: FieldColumn, row: string, condition: FieldCondition<string>): Query {
  if (typeof column === 'string') return columnSql(column, condition);
  if ('columnOf' in column) throw new TypeError('The field is asked about as a whole.');
  if ('table' in column) return memberSql(column, row, condition);
  // Only `isNull` applies to this field; anything else matches nothing.
  if (condition.operator !== 'isNull') return { sql: 'FALSE', values: [] };
  return { sql: condition.isNull ? column.whenNull : column.whenNotNull, values: [] };
}

function memberSql(member: MemberColumn, row: string, condition: FieldCondition<string>): Query {
  const hasNone = condition.operator === 'isNull' && condition.isNull;
  const inner = columnSql(member.column, hasNone ? { ...condition, isNull: false } : condition);
  return {
    ...inner,
    sql: `${hasNone ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${member.table} WHERE ${member.rowColumn} = ${row} AND ${inner.sql})`,
  };
}

const operators = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** The expression of one comparison with a column; FALSE or NULL if the column has no value. */
function columnSql(column: string, condition: FieldCondition<string>): Query {
  switch (condition.operator) {
    case 'in':
      return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(condition.values)] };
    case 'notIn':
      return {
        // NULL NOT IN () is true, but a comparison with a missing value must not be.
        sql: `${column} IS NOT NULL AND ${column} NOT IN (SELECT value FROM json_each(?))`,
        values: [JSON.stringify(condition.values)],
      };
    case 'isNull':
      return { sql: `${column} IS ${condition.isNull ? '' : 'NOT '}NULL`, values: [] };
    case 'startsWith':
      return rangesSql(column, [prefixRange(String(condition.value))]);
    case 'inRanges':
      return rangesSql(column, condition.ranges);
    default:
      return { sql: `${column} ${operators[condition.operator]} ?`, values: [condition.value] };
  }
}

/** An `or` of ranges is sought range by range in one index, each row once. */
function rangesSql(column: string, ranges: readonly TextRange[]): Query {
  return joined(
    ranges.map(({ from, before }) =>
      before === null
        ? { sql: `${column} >= ?`, values: [from] }
        : { sql: `${column} >= ? AND ${column} < ?`, values: [from, before] },
    ),
    'OR',
    'FALSE',
  );
}

/**
 * The most rows examined for one answer about a list (its page, the rows before it, its count) if no index gives exactly the rows asked
 * for. Examining them takes about as long as the largest page (`npm run bench:scale`); nothing else runs on the thread meanwhile.
 */
export const rowsExaminedMax = 10_000;

/**
 * Rows examined in order first: if they fill the page, no index entries need counting to find the best index. Counting would read about
 * 20,000 entries, which takes longer than all the rest, even more so in a large file.
 */
export const rowsExaminedFirst = 1_000;

/** A part of a list to read: the plan, the order, and both ends. */
export interface Scan {
  readonly plan: ListPlan;
  /** Name of the order. */
  readonly by: string;
  readonly descending: boolean;
  /** Null: from the first row. */
  readonly from: { readonly key: PageKey; readonly inclusive: boolean } | null;
  /** The last key, inclusive; null: to the last row. */
  readonly until: PageKey | null;
}

export type PageStart = Pick<Scan, 'descending' | 'from'>;

/** The matching rows of a scan with their keys, in order. The query names the index so that SQLite uses no other. */
export function rowsQuery(list: ListDefinition, scan: Scan, limit: number): Query {
  const columns = columnsOf(list, scan.by);
  const keys = keysSql(columns);
  const order = orderSql(columns, scan.descending);
  const { sql, values } = whereOf(list, scan, 'matching');
  const select = (selected: string) =>
    `SELECT ${selected} FROM ${source(list, scan.plan)} WHERE ${sql} ORDER BY ${order} LIMIT ${limit}`;
  if (scan.plan.inOrder) return { sql: select(`${list.columnNames}, ${keys}`), values };
  // Sorts without the rows' other columns: carrying them along costs more than all the rest.
  return {
    sql: `SELECT ${list.columnNames}, ${keys} FROM (${select(`${list.rowColumn} AS found_row`)})
      CROSS JOIN ${list.schema ?? ''}${list.table} ON ${list.rowColumn} = found_row ORDER BY ${order}`,
    values,
  };
}

/** Counts a scan's rows up to a limit: all that its index finds, or only those that match. */
export function countQuery(list: ListDefinition, scan: Scan, rows: 'found' | 'matching', limit: number): Query {
  const { path, seeks } = scan.plan;
  const [seek] = seeks;
  if (rows === 'found' && path.rowsSql !== undefined && seek !== undefined) {
    // Does not read the rows themselves: each is on a different page.
    const { sql, values } = foundRows(path.rowsSql, seek, limit);
    return { sql: `SELECT count(*) AS count FROM (${sql})`, values };
  }
  const { sql, values } = whereOf(list, scan, rows);
  return {
    sql: `SELECT count(*) AS count FROM (SELECT 1 FROM ${source(list, scan.plan)} WHERE ${sql} LIMIT ${limit})`,
    values,
  };
}

/** The key of the row that the index finds after `rowsBefore` others; no row if there are fewer. */
export function keyQuery(list: ListDefinition, scan: Scan, rowsBefore: number): Query {
  const columns = columnsOf(list, scan.by);
  const { sql, values } = whereOf(list, scan, 'found');
  return {
    sql: `SELECT ${keysSql(columns)} FROM ${source(list, scan.plan)} WHERE ${sql}
      ORDER BY ${orderSql(columns, scan.descending)} LIMIT 1 OFFSET ${rowsBefore}`,
    values,
  };
}

function columnsOf(list: ListDefinition, by: string): readonly string[] {
  const order = list.orders[by];
  if (order === undefined) throw new TypeError('The list has no such order.');
  return order.columns;
}

/** Keys are 64-bit integers, so they are read as text. */
function keysSql(columns: readonly string[]): string {
  return columns.map((column, index) => `CAST(${column} AS TEXT) AS key_${index}`).join(', ');
}

function orderSql(columns: readonly string[], descending: boolean): string {
  return columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
}

function source({ table, schema }: ListDefinition, { path, member }: ListPlan): string {
  return path.index === null || member !== null || path.rowsSql !== undefined
    ? `${schema ?? ''}${table} NOT INDEXED`
    : `${schema ?? ''}${table} INDEXED BY ${path.index}`;
}

function whereOf(list: ListDefinition, scan: Scan, rows: 'found' | 'matching'): Query {
  const { path, seeks, residual } = scan.plan;
  const evaluated = rows === 'found' ? [] : residual.map((condition) => conditionSql(list, condition));
  return joined(
    [
      ...(path.when === undefined ? [] : [{ sql: path.when.sql, values: [] }]),
      ...seeks.map((seek) => seekSql(list, scan.plan, seek)),
      ...boundsSql(list, scan),
      // IS TRUE keeps SQLite from seeking by conditions meant to be evaluated row by row.
      ...evaluated.map(({ sql, values }) => ({ sql: `(${sql}) IS TRUE`, values })),
    ],
    'AND',
    'TRUE',
  );
}

function seekSql(list: ListDefinition, { path, member }: ListPlan, seek: FieldCondition<string>): Query {
  if (member !== null) return memberSeekSql(list, path.index, member, seek);
  if (path.rowsSql !== undefined) return rowsSeekSql(list, path.rowsSql, seek);
  const column = list.columnOf[seek.field];
  if (typeof column !== 'string') throw new TypeError(`No index has ${seek.field} as a column.`);
  return columnSql(column, seek);
}

/** Never reads more rows than may be examined; one extra row shows that there are too many. */
function rowsSeekSql({ rowColumn }: ListDefinition, rowsSql: string, seek: FieldCondition<string>): Query {
  const { sql, values } = foundRows(rowsSql, seek, rowsExaminedMax + 1);
  return { sql: `${rowColumn} IN (${sql})`, values };
}

/** The rows that other tables lead to, without duplicates. */
function foundRows(rowsSql: string, seek: FieldCondition<string>, limit: number): Query {
  return {
    sql: `WITH wanted (value) AS (SELECT DISTINCT value FROM json_each(?)) SELECT * FROM (${rowsSql}) LIMIT ${limit}`,
    values: [JSON.stringify(valuesOf(seek))],
  };
}

function valuesOf(seek: FieldCondition<string>): readonly (string | number)[] {
  return seek.operator === 'in' ? seek.values : 'value' in seek ? [seek.value] : [];
}

/** Steps from one row with the value to the next, however many members name it. */
function memberSeekSql(
  list: ListDefinition,
  index: string | null,
  { table, rowColumn, column }: MemberColumn,
  seek: FieldCondition<string>,
): Query {
  const next = (after: string) =>
    `(SELECT min(member.${rowColumn}) FROM ${list.schema ?? ''}${table} AS member ${index === null ? '' : `INDEXED BY ${index}`}
      WHERE member.${column} = found.value ${after})`;
  return {
    sql: `${list.rowColumn} IN (WITH RECURSIVE step (value, row) AS (
        SELECT found.value, ${next('')} FROM json_each(?) AS found
        UNION ALL
        SELECT found.value, ${next(`AND member.${rowColumn} > found.row`)} FROM step AS found
        WHERE found.row IS NOT NULL
      ) SELECT row FROM step WHERE row IS NOT NULL)`,
    values: [JSON.stringify(valuesOf(seek))],
  };
}

/** One comparison at each end: given two, SQLite might seek by the wider one and read all rows in between. */
function boundsSql(list: ListDefinition, { plan, by, descending, from, until }: Scan): Query[] {
  const columns = columnsOf(list, by);
  const { range, path, inOrder } = plan;
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
  const narrower = from === null || !isInside(from.key, first) ? first : begin;
  return [narrower, end ?? last].filter((part) => part !== null);
}
