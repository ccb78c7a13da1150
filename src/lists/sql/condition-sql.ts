import type { Condition, FieldCondition, SomeCondition } from '../listing.ts';
import type { FieldColumn, ListDefinition, MemberColumn } from './list-definition.ts';

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
export function columnSql(column: string, condition: FieldCondition<string>): Query {
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
      return prefixSql(column, String(condition.value));
    default:
      return { sql: `${column} ${operators[condition.operator]} ?`, values: [condition.value] };
  }
}

/** A range, so that an index can serve it; LIKE would ignore case and interpret % and _. */
function prefixSql(column: string, prefix: string): Query {
  const end = firstTextAfter(prefix);
  if (end === null) return { sql: `${column} >= ?`, values: [prefix] };
  return { sql: `${column} >= ? AND ${column} < ?`, values: [prefix, end] };
}

const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, last: 0xdfff };

/** The least text greater than every text with the prefix, in SQLite's code point order; null if there is none. */
function firstTextAfter(prefix: string): string | null {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === lastCodePoint) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return null;
  // Surrogates are not characters and cannot be compared with.
  const next = last + 1 === surrogates.first ? surrogates.last + 1 : last + 1;
  return String.fromCodePoint(...codePoints, next);
}
