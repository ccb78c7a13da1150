/** Lists: a condition on named fields, a named order, and one page. */

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'startsWith';

/**
 * A condition on one field. A null field matches `isNull` and no comparison, not even `ne` and `notIn`. An empty `in`
 * matches nothing. A field with several values matches if any of them does.
 */
export type FieldCondition<Field extends string> =
  | { readonly field: Field; readonly operator: ComparisonOperator; readonly value: string | number }
  | { readonly field: Field; readonly operator: 'in' | 'notIn'; readonly values: readonly (string | number)[] }
  | { readonly field: Field; readonly operator: 'isNull'; readonly isNull: boolean };

/** Conditions that one and the same related thing of a row must all meet. */
export interface SomeCondition<Field extends string> {
  readonly someOf: Field;
  readonly meets: Condition<string>;
}

/** `not` is the complement: it also matches rows without a value. An empty `and` matches all, an empty `or` nothing. */
export type Condition<Field extends string> =
  | FieldCondition<Field>
  | SomeCondition<Field>
  | { readonly and: readonly Condition<Field>[] }
  | { readonly or: readonly Condition<Field>[] }
  | { readonly not: Condition<Field> };

/** The name of an order, and its direction. */
export interface ListOrder<Order extends string> {
  readonly by: Order;
  readonly descending: boolean;
}

/** Which rows to read, in which order, from where, and how many at most. */
export interface PageRequest<Field extends string, Order extends string> {
  readonly condition: Condition<Field>;
  /** Rows without a value for the order sort as the least. */
  readonly order: ListOrder<Order>;
  /** `forwards`: from the beginning, or after a key. `backwards`: from the end, or before a key. */
  readonly direction: 'forwards' | 'backwards';
  /** Exclusive. */
  readonly from: PageKey | null;
  readonly rowsMax: number;
  /** Counts the rows of the whole list up to this number; null: does not count. */
  readonly countMax: number | null;
  readonly budget: RowBudget;
  /** Names of the fields that the caller will read; it may read others, at a higher cost. Left out: all. */
  readonly shown?: ReadonlySet<string>;
}

/** Rows that an operation may examine when no index yields just the rows of a page; shared by all its lists. */
export class RowBudget {
  constructor(public rowsLeft: number) {}

  spend(rows: number): void {
    this.rowsLeft = Math.max(0, this.rowsLeft - rows);
  }
}

/** A row's values in the columns of its list's order; the same on every node that reads the same log. */
export type PageKey = readonly bigint[];

/** A page as it was at one checkpoint. */
export interface Page<Row> {
  /** Always in the order of the list, also when paged backwards. */
  readonly rows: readonly { readonly row: Row; readonly key: PageKey }[];
  /** Whether there are rows beyond the page; also true if a budget ended the search for them. */
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /**
   * The last row examined if the budget ended before the page was full; the next page begins there. This row need not
   * match, but it is always further than where the page began, so paging comes to an end.
   */
  readonly stoppedAt: PageKey | null;
  readonly total: Total | null;
  /** The projector's checkpoint, read in the page's own transaction. */
  readonly checkpoint: bigint | null;
}

/** The count of a whole list. */
export interface Total {
  readonly rows: number;
  /**
   * The limit that stopped the count, so there may be more rows: `countMax`, or the budget. Null: the count is
   * complete.
   */
  readonly cappedBy: 'COUNT_LIMIT' | 'ROW_BUDGET' | null;
}

/** Matches every row. */
export const everything = { and: [] } as const;
