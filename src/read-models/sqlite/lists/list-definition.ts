import type { FieldCondition } from '../../listing.ts';

/** A list that SQLite can serve: what is selected, which column each field is, its orders, and its ways to find rows. */
export interface ListDefinition<Field extends string, Order extends string, Columns extends object, Row> {
  /** As clients know it. */
  readonly name: string;
  readonly table: string;
  /** Its INTEGER PRIMARY KEY. */
  readonly rowColumn: string;
  readonly columnNames: string;
  readonly columnOf: Readonly<Record<Field, FieldColumn>>;
  readonly orders: Readonly<Record<Order, OrderColumns<Field>>>;
  /** The closed table of what is served by which index. Where several would do, the first one is taken. */
  readonly paths: readonly AccessPath<Field, Order>[];
  readonly toRow: (columns: Columns) => Row;
}

/** Where a field stands: in a column, in rows of another table that name this one, or it only is or is not there. */
export type FieldColumn = string | MemberColumn | { readonly whenNull: string; readonly whenNotNull: string };

export interface MemberColumn {
  readonly table: string;
  /** Names the row of the list's table. */
  readonly rowColumn: string;
  readonly column: string;
}

export interface OrderColumns<Field extends string> {
  /** Unique together, and never null. They all go the same way, so that one row-value comparison finds a page. */
  readonly columns: readonly [string, ...string[]];
  /** A field whose ranges are ranges of the first column. */
  readonly follows?: {
    readonly field: Field;
    /** The first column may be less than the field by so much at most. */
    readonly earlierMaxMs: number;
    /** Whether the range holds nothing but what was asked for. */
    readonly isExact: boolean;
  };
}

/** An index, and what it is good for. */
export interface AccessPath<Field extends string, Order extends string> {
  /** Null: the table itself, by its primary key. */
  readonly index: string | null;
  /** What its first columns hold; a member field's index belongs to the member table. */
  readonly equal: readonly Field[];
  /** The order of the rows where those are given. Null: it only finds rows. */
  readonly order: Order | null;
  /** A partial index: the rows that it holds. */
  readonly when?: {
    readonly sql: string;
    readonly condition: FieldCondition<Field>;
    /** Rows with a value for this field are all among them. */
    readonly known?: Field;
  };
}

/** Stands for null in an order: less than any time and any duration. */
export const leastValue = Number.MIN_SAFE_INTEGER;

/** The expression of an order over a column that may be null. */
export function orderable(column: string): string {
  return `coalesce(${column}, ${leastValue})`;
}
