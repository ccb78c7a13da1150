import { columnNameOf, conditionFields, type ConditionField, type ListFields } from '../list-fields.ts';
import type { FieldCondition } from '../listing.ts';

/** A list served by SQLite: its table, the column of each field, its orders, and the indexes that find its rows. */
export interface ListDefinition<Field extends string = string, Order extends string = string> {
  /** The name that clients use. */
  readonly name: string;
  readonly table: string;
  /** The table's INTEGER PRIMARY KEY. */
  readonly rowColumn: string;
  /** The columns that a row is read from, as SQL. */
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<Field, FieldColumn>>;
  /** Fields used only by the server's own conditions; clients cannot filter by them. */
  readonly serverFields?: readonly Field[];
  readonly orders: Readonly<Record<Order, OrderColumns<Field>>>;
  /** All access paths, with the index of each. If several serve a condition equally well, the first one is taken. */
  readonly paths: readonly AccessPath<Field, Order>[];
}

/** A list and how its rows are read. */
export interface ReadableList<
  Field extends string,
  Order extends string,
  Columns extends object,
  Row,
> extends ListDefinition<Field, Order> {
  readonly toRow: (columns: Columns) => Row;
}

/**
 * A column; a column of another table whose rows name this one; that table itself; or two expressions for a field that is only null or not.
 */
export type FieldColumn =
  string | MemberColumn | MemberTable | { readonly whenNull: string; readonly whenNotNull: string };

/** Another table, one row of which must meet a condition. */
export interface MemberTable {
  readonly table: string;
  /** The column that names the row of the list's table. */
  readonly rowColumn: string;
  readonly columnOf: Readonly<Record<string, FieldColumn>>;
  /**
   * For a column, the field of the list that finds the same rows: if a member row meets a comparison, the list's row meets it for that
   * field.
   */
  readonly foundBy: Readonly<Record<string, string>>;
}

export interface MemberColumn {
  readonly table: string;
  /** The column that names the row of the list's table. */
  readonly rowColumn: string;
  readonly column: string;
}

export interface OrderColumns<Field extends string = string> {
  /** Unique together and never null. All have the same direction, so one row-value comparison finds a page. */
  readonly columns: readonly [string, ...string[]];
  /** A field whose ranges are ranges of the first column. */
  readonly rangeField?: {
    readonly field: Field;
    /** The most by which the first column may be less than the field. */
    readonly earlierMaxMs: number;
    /** Whether the range holds only rows that match. */
    readonly isExact: boolean;
  };
}

/** An index and the conditions and order it serves. Its columns are those of `equal`, then those of the order. */
export interface AccessPath<Field extends string = string, Order extends string = string> {
  /** Null: the table itself, by its primary key. */
  readonly index: string | null;
  readonly equal: readonly Field[];
  /** The order of the rows once the fields of `equal` are given. Null: the index only finds rows. */
  readonly order: Order | null;
  /** Whether projections use it too: then it is created with the table instead of with the readers' indexes. */
  readonly isOfProjections?: true;
  /** Whether it omits rows without a value for the field of `equal`. */
  readonly isSparse?: true;
  readonly isUnique?: true;
  /** If other tables lead to the rows: selects their row numbers by the values in a table `wanted`. */
  readonly rowsSql?: string;
  /** The rows in a partial index. */
  readonly when?: {
    readonly sql: string;
    readonly condition: FieldCondition<Field>;
    /** The index contains every row that has a value for this field. */
    readonly includesKnown?: Field;
  };
}

/** The sort value of rows without a value: less than any time and any duration. */
export const leastValue = Number.MIN_SAFE_INTEGER;

/** The ORDER BY expression for a column that may be null. */
export function orderable(column: string): string {
  return `coalesce(${column}, ${leastValue})`;
}

/** The column of each field, such as `end_code` for `endCode`, with the given exceptions. */
export function columnsOf<Field extends string>(
  fields: readonly Field[],
  exceptions: Partial<Record<Field, FieldColumn>> = {},
): Record<Field, FieldColumn> {
  const columns = Object.fromEntries(fields.map((field) => [field, columnNameOf(field)])) as Record<Field, FieldColumn>;
  return { ...columns, ...exceptions };
}

/** The condition of a partial index on the rows with this value of a field. */
export function whereEqual<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} = '${value}'`, condition: { field, operator: 'eq', value } } as const;
}

/** The column of another table by which a path finds rows; null if the column is the list's own. */
export function memberOf({ columnOf }: ListDefinition, { equal: [field] }: AccessPath): MemberColumn | null {
  const column = field === undefined ? undefined : columnOf[field];
  return typeof column === 'object' && 'column' in column ? column : null;
}

/** The condition of a partial index on the rows with any other value of a field that always has one. */
function whereNot<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} <> '${value}'`, condition: { field, operator: 'ne', value } } as const;
}

const numericKinds: readonly string[] = ['INT', 'TIME', 'MILLISECONDS'];

/** The columns of fields, for a CREATE TABLE. */
export function fieldColumnsSql(fields: ListFields): string {
  return Object.entries(fields)
    .filter(([, { hasColumn }]) => hasColumn !== false)
    .map(([name, { kind, isNullable }]) => {
      const type = numericKinds.includes(kind) ? 'INTEGER' : 'TEXT';
      return `${columnNameOf(name)} ${type}${isNullable === true ? '' : ' NOT NULL'},`;
    })
    .join('\n    ');
}

/** The paths to the rows with one value of a field, in the order in which they are tried. */
export function pathsByField<Fields extends ListFields, Order extends string>(
  table: string,
  fields: Fields,
  order: Order,
): AccessPath<ConditionField<Fields>, Order>[] {
  const indexed = conditionFields(fields).flatMap((field) => {
    const index = fields[field]?.index;
    return index === undefined ? [] : [{ field, index }];
  });
  return indexed
    .sort((one, other) => one.index.rank - other.index.rank)
    .map(({ field, index: { name, omits, isSparse, isOfProjections } }) => ({
      index: `${table}_${name}`,
      equal: [field],
      order: isOfProjections === true ? null : order,
      ...(isSparse === undefined ? {} : { isSparse }),
      ...(isOfProjections === undefined ? {} : { isOfProjections }),
      ...(omits === undefined ? {} : { when: whereNot(field, omits) }),
    }));
}

/** In reverse: SQLite prefers the newest of equally good indexes, and the paths list the most selective first. */
export function readerIndexesOf(list: ListDefinition): string[] {
  return list.paths.toReversed().flatMap((path) => {
    const { index, equal, order, when, isOfProjections, isSparse, isUnique, rowsSql } = path;
    if (index === null || isOfProjections === true || rowsSql !== undefined) return [];
    const member = memberOf(list, path);
    const own = equal.map((field) => list.columnOf[field]).filter((column) => typeof column === 'string');
    const found = member === null ? own : [member.column, member.rowColumn];
    const columns = [...found, ...(order === null ? [] : (list.orders[order]?.columns ?? []))];
    const where = isSparse === true ? `${columns[0] ?? ''} IS NOT NULL` : when?.sql;
    return `CREATE ${isUnique === true ? 'UNIQUE ' : ''}INDEX ${index} ON ${member?.table ?? list.table} (${columns.join(', ')})${
      where === undefined ? '' : ` WHERE ${where}`
    }`;
  });
}
