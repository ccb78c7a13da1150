import type Database from 'better-sqlite3';
import type { Condition, Page, PageKey, PageRequest } from '../listing.ts';

/** A list that SQLite can serve: what is selected, which column each field is, and the order, which must be unique. */
export interface ListDefinition<Field extends string, Columns extends object, Row> {
  readonly table: string;
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<Field, FieldColumn>>;
  readonly orderColumns: readonly string[];
  /** All order columns go the same way, so that one row-value comparison finds a page. */
  readonly descending: boolean;
  readonly toRow: (columns: Columns) => Row;
}

/**
 * Where a field stands: in a column; in a column that the list's order follows, so that a range of it is a range of the
 * order; in rows of another table that name this one; or it only is or is not there.
 */
export type FieldColumn =
  | string
  | { readonly column: string; readonly ordered: string; readonly orderedEarlierMaxMs: number }
  | { readonly table: string; readonly rowColumn: string; readonly column: string }
  | { readonly whenNull: string; readonly whenNotNull: string };

export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

/** Reads one page, and whether there is more on either side; to be called inside a transaction. */
export function readPage<Field extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ListDefinition<Field, Columns, Row>,
  request: PageRequest<Field>,
): Omit<Page<Row>, 'checkpoint'> {
  const { direction, rowsMax } = request;
  const query = pageQuery(list, request, rowsMax + 1);
  const found = db.prepare<unknown[], Columns & Record<string, unknown>>(query.sql).all(...query.values);
  const more = found.length > rowsMax;
  const rows = found.slice(0, rowsMax).map((columns) => ({
    row: list.toRow(columns),
    key: list.orderColumns.map((_, index) => BigInt(columns[`key_${index}`] as string)),
  }));
  // Whether rows lie behind the cursor is asked of the opposite direction, from the page's own first row.
  const behind = request.from !== null && hasRowBehind(db, list, request, rows[0]?.key ?? null);
  if (direction === 'forwards') return { rows, hasNextPage: more, hasPreviousPage: behind };
  return { rows: rows.reverse(), hasNextPage: behind, hasPreviousPage: more };
}

/** Exported for the test that holds each list against EXPLAIN QUERY PLAN. */
export function pageQuery<Field extends string, Columns extends object, Row>(
  list: ListDefinition<Field, Columns, Row>,
  { conditions, direction, from }: PageRequest<Field>,
  limit: number,
): Query {
  const descending = list.descending === (direction === 'forwards');
  const clauses = conditions.map((condition) => clauseOf(list.columnOf[condition.field], condition));
  if (from !== null) {
    const columns = list.orderColumns.join(', ');
    const marks = list.orderColumns.map(() => '?').join(', ');
    clauses.push({ sql: `(${columns}) ${descending ? '<' : '>'} (${marks})`, values: from });
  }
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.map(({ sql }) => sql).join(' AND ')}`;
  const order = list.orderColumns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  const keys = list.orderColumns.map((column, index) => `CAST(${column} AS TEXT) AS key_${index}`).join(', ');
  return {
    sql: `SELECT ${list.columnNames}, ${keys} FROM ${list.table} ${where} ORDER BY ${order} LIMIT ${limit}`,
    values: clauses.flatMap(({ values }) => values),
  };
}

function hasRowBehind<Field extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ListDefinition<Field, Columns, Row>,
  request: PageRequest<Field>,
  firstKey: PageKey | null,
): boolean {
  const direction = request.direction === 'forwards' ? 'backwards' : 'forwards';
  // An empty page lies behind its cursor's row, if that still fits the conditions; without one there is nothing to ask for.
  if (firstKey === null) return false;
  const query = pageQuery(list, { ...request, direction, from: firstKey }, 1);
  return db.prepare(query.sql).get(...query.values) !== undefined;
}

const operators = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

function clauseOf(column: FieldColumn, condition: Condition<string>): Query {
  if (typeof column === 'string') return columnClause(column, condition);
  if ('ordered' in column) {
    const clause = columnClause(column.column, condition);
    const range = orderedRange(column, condition);
    return {
      sql: [clause.sql, ...range.map(({ sql }) => sql)].join(' AND '),
      values: [clause, ...range].flatMap(({ values }) => values),
    };
  }
  if ('table' in column) {
    const inner = columnClause(column.column, condition);
    return { ...inner, sql: `id IN (SELECT ${column.rowColumn} FROM ${column.table} WHERE ${inner.sql})` };
  }
  // Only `isNull` is asked of such a field; anything else matches nothing.
  if (condition.operator !== 'isNull') return { sql: 'FALSE', values: [] };
  return { sql: `(${condition.isNull ? column.whenNull : column.whenNotNull})`, values: [] };
}

/** What follows for the order from a comparison of a field that it follows: the range that its index is read in. */
function orderedRange(
  { ordered, orderedEarlierMaxMs }: Extract<FieldColumn, { ordered: string }>,
  condition: Condition<string>,
): Query[] {
  if (!('value' in condition) || typeof condition.value !== 'number') return [];
  const { operator, value } = condition;
  const from: Query = { sql: `${ordered} >= ?`, values: [value - orderedEarlierMaxMs] };
  const to: Query = { sql: `${ordered} <= ?`, values: [value] };
  if (operator === 'eq') return [from, to];
  if (operator === 'gt' || operator === 'gte') return [from];
  return operator === 'lt' || operator === 'lte' ? [to] : [];
}

function columnClause(column: string, condition: Condition<string>): Query {
  switch (condition.operator) {
    case 'in':
    case 'notIn': {
      const not = condition.operator === 'notIn' ? 'NOT ' : '';
      return {
        sql: `${column} ${not}IN (SELECT value FROM json_each(?))`,
        values: [JSON.stringify(condition.values)],
      };
    }
    case 'isNull':
      return { sql: `${column} IS ${condition.isNull ? '' : 'NOT '}NULL`, values: [] };
    case 'startsWith':
      return prefixClause(column, String(condition.value));
    default:
      return { sql: `${column} ${operators[condition.operator]} ?`, values: [condition.value] };
  }
}

/** A range, which an index serves; LIKE would fold case and read % and _. */
function prefixClause(column: string, prefix: string): Query {
  if (prefix === '') return { sql: `${column} IS NOT NULL`, values: [] };
  return { sql: `(${column} >= ? AND ${column} < ?)`, values: [prefix, `${prefix}\u{10ffff}`] };
}
