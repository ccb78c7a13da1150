import {
  columnNameOf,
  conditionFields,
  fieldsWithColumn,
  type ConditionField,
  type FieldElsewhere,
  type ListField,
  type ListFields,
  type OrderName,
} from '../list-fields.ts';
import type { ComparisonOperator, Condition, FieldCondition } from '../listing.ts';

/** The columns that rows of a list are read from. */
export interface ListedColumns {
  /** Columns that are always read. */
  readonly keys: readonly string[];
  /** The column read for each of these fields. */
  readonly ofField: Readonly<Record<string, string>>;
  readonly others: readonly string[];
  /** Fields that need all other columns. */
  readonly needOthers: readonly string[];
}

/** A list served by SQLite: its table, the column of each field, its orders, and the indexes that find its rows. */
export interface ListDefinition<Field extends string = string, Order extends string = string> {
  /** The name that clients use. */
  readonly name: string;
  readonly table: string;
  /** What SQL writes before the names of tables whose indexes it names; left out: nothing. */
  readonly schema?: 'main.';
  /** Conditions that every row meets, whatever is asked for. */
  readonly always?: () => readonly Condition<string>[];
  /** The table's INTEGER PRIMARY KEY. */
  readonly rowColumn: string;
  /** Which columns a row is read from. Left out: always all. */
  readonly columns?: ListedColumns;
  /** All of them, as SQL. */
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<Field, FieldColumn>>;
  /** Fields used only by the server's own conditions; clients cannot filter by them. */
  readonly serverFields?: readonly Field[];
  /** Of fields with keys: the field that clients filter by instead. */
  readonly askedAs?: Readonly<Record<string, string>>;
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
  /** SQL of the position up to which the log's changes of these rows are made. Left out: up to the checkpoint. */
  readonly madeTo?: string;
}

/** The position up to which everything is projected. */
export const checkpointSql = 'SELECT position FROM progress';

/**
 * A column; a column of another table whose rows name this one; that table itself; or two expressions for a field that is only null or not.
 */
export type FieldColumn =
  string | MemberColumn | MemberTable | { readonly whenNull: string; readonly whenNotNull: string };

/** Another table, one row of which must meet a condition. */
interface MemberTable {
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
  /** Of `rowsSql`: the comparison that it finds candidates for. The condition is evaluated for each of them. */
  readonly candidatesFor?: ComparisonOperator;
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
function orderable(column: string): string {
  return `coalesce(${column}, ${leastValue})`;
}

/** The column of each field that conditions may name; `elsewhere`: of those that have none in the table. */
export function columnsOf<Fields extends ListFields>(
  fields: Fields,
  elsewhere: Readonly<Record<FieldElsewhere<Fields>, FieldColumn>>,
): Record<ConditionField<Fields>, FieldColumn> {
  const columns = conditionFields(fields).map((field) => [field, columnNameOf(field, fields[field])]);
  return { ...(Object.fromEntries(columns) as Record<ConditionField<Fields>, FieldColumn>), ...elsewhere };
}

/** Fields used only by the server's own conditions. */
export function serverFieldsOf<Fields extends ListFields>(fields: Fields): ConditionField<Fields>[] {
  return conditionFields(fields).filter((name) => fields[name]?.isOfServer);
}

/** The fields that clients filter by where a condition names the field with its key. */
export function askedAsOf(fields: ListFields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { keyField }]) => (keyField === undefined ? [] : [[keyField, name]])),
  );
}

/** The columns of the orders that fields declare; `tie` is unique, and orders rows of equal values. */
export function orderColumnsOf<Fields extends ListFields>(
  fields: Fields,
  tie: string,
): Record<OrderName<Fields>, OrderColumns<ConditionField<Fields>>> {
  const orders = Object.entries(fields).flatMap(([name, field]) =>
    field.order === undefined ? [] : [[field.order.name, orderColumns(name, field, tie)]],
  );
  return Object.fromEntries(orders) as Record<OrderName<Fields>, OrderColumns<ConditionField<Fields>>>;
}

function orderColumns(name: string, field: ListField, tie: string): OrderColumns {
  const { kind, isNullable, order } = field;
  if (kind === 'CHANGE') return { columns: ['changed_position', 'changed_ordinal'] };
  const column = order?.column ?? columnNameOf(name, field);
  if (kind === 'POSITION') return { columns: [column] };
  if (isNullable === true && order?.column === undefined) return { columns: [orderable(column), tie] };
  return { columns: [column, tie], rangeField: { field: name, isExact: order?.mixesUnknown === undefined } };
}

/** The condition of a partial index on the rows with this value of a field. */
export function whereEqual<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} = '${value}'`, condition: { field, operator: 'eq', value } } as const;
}

/** The same for the rows with any other value, of a field that always has one. */
function whereNot<Field extends string>(field: Field, value: string) {
  return { sql: `${columnNameOf(field)} <> '${value}'`, condition: { field, operator: 'ne', value } } as const;
}

/** The column of another table by which a path finds rows; null if the column is the list's own. */
export function memberOf({ columnOf }: ListDefinition, { equal: [field] }: AccessPath): MemberColumn | null {
  const column = field === undefined ? undefined : columnOf[field];
  return typeof column === 'object' && 'column' in column ? column : null;
}

const numericKinds: readonly string[] = ['INT', 'TIME', 'MILLISECONDS'];

/** The columns of fields, for a CREATE TABLE. */
export function fieldColumnsSql<Name extends string>(fields: Readonly<Record<Name, ListField>>): string {
  return fieldsWithColumn(fields)
    .map((name) => {
      const { kind, isNullable } = fields[name];
      const column = columnNameOf(name, fields[name]);
      if (kind === 'POSITION') return `${column} INTEGER PRIMARY KEY,`;
      const type = kind === 'NUMBER' ? 'REAL' : numericKinds.includes(kind) ? 'INTEGER' : 'TEXT';
      return `${column} ${type}${isNullable === true ? '' : ' NOT NULL'},`;
    })
    .join('\n    ');
}

/** The paths to the rows with one value of a field, in the order in which they are tried. */
export function pathsByField<Fields extends ListFields, Order extends string>(
  fields: Fields,
  { table, columnOf, order }: { table: string; columnOf: Readonly<Record<string, FieldColumn>>; order: Order },
): AccessPath<ConditionField<Fields>, Order>[] {
  const indexed = conditionFields(fields).flatMap((field) => {
    const index = fields[field]?.index;
    return index === undefined ? [] : [{ field, index }];
  });
  return indexed
    .sort((one, other) => one.index.rank - other.index.rank)
    .map(({ field, index: { name, omits, isSparse, isOfProjections, isUnordered } }) => {
      const column = columnOf[field];
      const member = typeof column === 'object' && 'column' in column ? column : null;
      return {
        index: name === undefined ? null : `${member?.table ?? table}_${name}`,
        equal: [field],
        order: member !== null || isOfProjections === true || isUnordered === true ? null : order,
        ...(isSparse === undefined ? {} : { isSparse }),
        ...(isOfProjections === undefined ? {} : { isOfProjections }),
        ...(omits === undefined ? {} : { when: whereNot(field, omits) }),
      };
    });
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
