import type { FieldCondition } from '../../listing.ts';

/** A list that SQLite serves: its table, the column of each field, its orders, and the indexes that find its rows. */
export interface ListDefinition<Field extends string = string, Order extends string = string> {
  /** As clients know it. */
  readonly name: string;
  readonly table: string;
  /** Its INTEGER PRIMARY KEY. */
  readonly rowColumn: string;
  /** The columns that a row is read from, as SQL. */
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<Field, FieldColumn>>;
  /** Fields that only the server's own conditions name: no client can filter by them. */
  readonly serverFields?: readonly Field[];
  readonly orders: Readonly<Record<Order, OrderColumns<Field>>>;
  /** The closed table of what is served by which index. Where several would do, the first one is taken. */
  readonly paths: readonly AccessPath<Field, Order>[];
}

/** A list with its way to read rows. */
export interface ReadableList<
  Field extends string,
  Order extends string,
  Columns extends object,
  Row,
> extends ListDefinition<Field, Order> {
  readonly toRow: (columns: Columns) => Row;
}

/**
 * A column, a column of another table whose rows name this one, that table itself, or two expressions for a field that is
 * only null or not.
 */
export type FieldColumn =
  string | MemberColumn | MemberTable | { readonly whenNull: string; readonly whenNotNull: string };

/** Another table of which one row meets a condition. */
export interface MemberTable {
  readonly table: string;
  /** Names the row of the list's table. */
  readonly rowColumn: string;
  readonly columnOf: Readonly<Record<string, FieldColumn>>;
  /** Fields of the list that find the same rows: a list with a row that meets a comparison meets that of the field. */
  readonly foundBy: Readonly<Record<string, string>>;
}

export interface MemberColumn {
  readonly table: string;
  /** Names the row of the list's table. */
  readonly rowColumn: string;
  readonly column: string;
}

export interface OrderColumns<Field extends string = string> {
  /** Unique together, and never null. They all go the same way, so that one row-value comparison finds a page. */
  readonly columns: readonly [string, ...string[]];
  /** A field whose ranges are ranges of the first column. */
  readonly rangeField?: {
    readonly field: Field;
    /** The first column may be less than the field by this much at most. */
    readonly earlierMaxMs: number;
    /** Whether the range has only rows that were asked for. */
    readonly isExact: boolean;
  };
}

/** An index, and what it is good for. Its columns are those of `equal`, then those of the order. */
export interface AccessPath<Field extends string = string, Order extends string = string> {
  /** Null: the table itself, by its primary key. */
  readonly index: string | null;
  readonly equal: readonly Field[];
  /** The order of the rows where the fields of `equal` are given. Null: it only finds rows. */
  readonly order: Order | null;
  /** Whether the projections look rows up by it too: then it is made with the table, and no reader's index. */
  readonly isOfProjections?: true;
  /** Whether rows without a value for the field of `equal` are left out of it. */
  readonly isSparse?: true;
  readonly isUnique?: true;
  /** Where other tables lead to the rows: selects their row numbers, by the values in a table `wanted`. */
  readonly rowsSql?: string;
  /** A partial index: the rows in it. */
  readonly when?: {
    readonly sql: string;
    readonly condition: FieldCondition<Field>;
    /** Rows with a value for this field are all among them. */
    readonly includesKnown?: Field;
  };
}

/** Sorts rows without a value: less than any time and any duration. */
export const leastValue = Number.MIN_SAFE_INTEGER;

/** The expression of an order over a column that may be null. */
export function orderable(column: string): string {
  return `coalesce(${column}, ${leastValue})`;
}

/** The column of each field: `end_code` for `endCode`, except for those given. */
export function columnsOf<Field extends string>(
  fields: readonly Field[],
  exceptions: Partial<Record<Field, FieldColumn>> = {},
): Record<Field, FieldColumn> {
  const columns = Object.fromEntries(fields.map((field) => [field, columnNameOf(field)])) as Record<Field, FieldColumn>;
  return { ...columns, ...exceptions };
}

/** What a partial index has: the rows with this value of a field. */
export function whereEqual<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} = '${value}'`, condition: { field, operator: 'eq', value } } as const;
}

function columnNameOf(field: string): string {
  return field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** The column of another table that a path finds rows by; null for the list's own columns. */
export function memberOf({ columnOf }: ListDefinition, { equal: [field] }: AccessPath): MemberColumn | null {
  const column = field === undefined ? undefined : columnOf[field];
  return typeof column === 'object' && 'column' in column ? column : null;
}

/** What a partial index has: the rows with any other value of a field that always has one. */
export function whereNot<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} <> '${value}'`, condition: { field, operator: 'ne', value } } as const;
}

/** In reverse: of indexes that look equally good SQLite uses the newest, and the most selective are listed first. */
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
