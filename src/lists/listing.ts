/** How a condition compares a field with one value. */
export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'startsWith';

/**
 * A condition on one field. A null field matches `isNull` and no comparison, not even `ne` and `notIn`. An empty `in`
 * matches nothing. A field with several values matches if any of them does.
 */
export type FieldCondition<Field extends string> =
  | { readonly field: Field; readonly operator: ComparisonOperator; readonly value: string | number }
  | { readonly field: Field; readonly operator: 'in' | 'notIn'; readonly values: readonly (string | number)[] }
  | { readonly field: Field; readonly operator: 'isNull'; readonly isNull: boolean }
  | { readonly field: Field; readonly operator: 'inRanges'; readonly ranges: SomeRanges };

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

/** A page as it was at one position of the log. */
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
  /** Up to where its changes are made: nearly always the projector's checkpoint. Read in the page's own transaction. */
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

/** The conditions that a row must all meet: nested `and` flattened, single-part `or` and double negation removed. */
export function conjunctsOf(condition: Condition<string>): readonly Condition<string>[] {
  if ('and' in condition) return condition.and.flatMap(conjunctsOf);
  if ('or' in condition && condition.or.length === 1 && condition.or[0] !== undefined) {
    return conjunctsOf(condition.or[0]);
  }
  if ('not' in condition && 'not' in condition.not) return conjunctsOf(condition.not.not);
  return [condition];
}

/** Whether a condition compares one field, rather than combining other conditions. */
export function isFieldCondition(condition: Condition<string>): condition is FieldCondition<string> {
  return 'field' in condition;
}

/** The only value that a condition allows its field; null if it allows several or does not compare with a value. */
export function onlyValueOf(condition: FieldCondition<string>): string | number | null {
  if (condition.operator === 'eq') return condition.value;
  return condition.operator === 'in' && condition.values.length === 1 ? (condition.values[0] ?? null) : null;
}

/** Every field that the conditions name, each once. */
export function fieldsOf(conditions: readonly Condition<string>[]): readonly string[] {
  const within = (condition: Condition<string>): readonly string[] => {
    if ('and' in condition) return condition.and.flatMap(within);
    if ('or' in condition) return condition.or.flatMap(within);
    if ('not' in condition) return within(condition.not);
    if ('field' in condition) return [condition.field];
    return fieldsOf([condition.meets]).map((field) => `${condition.someOf}.${field}`);
  };
  return [...new Set(conditions.flatMap(within))];
}

/**
 * The narrowest condition on unchanging fields that every row meets which matches now or may match later. A comparison
 * of a changing field counts as met; under an odd number of `not`, as not met. So `domain and state` leaves the domain,
 * while `domain or state` leaves nothing, because a row of any domain may come to match.
 */
export function unchangingPart<Field extends string>(
  condition: Condition<Field>,
  changing: readonly Field[],
  isNegated = false,
): Condition<Field> {
  const within = (inner: Condition<Field>) => unchangingPart(inner, changing, isNegated);
  if ('and' in condition) return { and: condition.and.map(within) };
  if ('or' in condition) return { or: condition.or.map(within) };
  if ('not' in condition) return { not: unchangingPart(condition.not, changing, !isNegated) };
  if (!changing.includes('field' in condition ? condition.field : condition.someOf)) return condition;
  return isNegated ? { or: [] } : { and: [] };
}

/**
 * The same condition for rows in which some fields have known values (null: no value), without the comparisons of these
 * fields.
 */
export function withKnown<Field extends string>(
  condition: Condition<Field>,
  known: Readonly<Partial<Record<Field, string | null>>>,
): Condition<Field> {
  const within = (inner: Condition<Field>) => withKnown(inner, known);
  if ('and' in condition) return { and: condition.and.map(within) };
  if ('or' in condition) return { or: condition.or.map(within) };
  if ('not' in condition) return { not: within(condition.not) };
  if ('someOf' in condition) return condition;
  const value = known[condition.field];
  if (value === undefined) return condition;
  return isMetBy(value, condition) ? { and: [] } : { or: [] };
}

/** Whether a row with these values meets a condition: as SQL decides it. */
export function isMet<Field extends string>(
  condition: Condition<Field>,
  row: Readonly<Record<Field, string | number | null>>,
): boolean {
  if ('and' in condition) return condition.and.every((one) => isMet(one, row));
  if ('or' in condition) return condition.or.some((one) => isMet(one, row));
  if ('not' in condition) return !isMet(condition.not, row);
  if ('someOf' in condition) throw new TypeError('The row has no members.');
  return isMetBy(row[condition.field], condition);
}

function isMetBy(value: string | number | null, condition: FieldCondition<string>): boolean {
  if (condition.operator === 'isNull') return condition.isNull === (value === null);
  if (value === null) return false;
  switch (condition.operator) {
    case 'eq':
      return value === condition.value;
    case 'ne':
      return value !== condition.value;
    case 'in':
      return condition.values.includes(value);
    case 'notIn':
      return !condition.values.includes(value);
    case 'lt':
      return value < condition.value;
    case 'lte':
      return value <= condition.value;
    case 'gt':
      return value > condition.value;
    case 'gte':
      return value >= condition.value;
    case 'startsWith':
      return String(value).startsWith(String(condition.value));
    case 'inRanges':
      return condition.ranges.some(({ from, before }) => value >= from && (before === null || value < before));
  }
}

/** Whether constants alone show that no row can meet a condition. */
export function isImpossible(condition: Condition<string>): boolean {
  if ('or' in condition) return condition.or.every(isImpossible);
  return 'and' in condition && condition.and.some(isImpossible);
}

/** Which page to cut from a list that is sorted in memory. */
export interface SortedPageRequest extends Pick<PageRequest<never, never>, 'direction' | 'from' | 'rowsMax'> {
  readonly order: { readonly descending: boolean };
}

/** A page with the number of all rows, of a state that its reader names. */
export type SortedPage<Row> = Omit<Page<Row>, 'checkpoint'>;

/** A row with its unique key: its value in the order, and a number that breaks ties. */
export type Keyed<Row> = Page<Row>['rows'][number];

/** Sorts all rows and cuts the page. May reorder the given rows. */
export function sortedPage<Row>(
  all: Keyed<Row>[],
  { order, direction, from, rowsMax }: SortedPageRequest,
): SortedPage<Row> {
  const sign = order.descending ? -1 : 1;
  all.sort((one, other) => sign * compareKeys(one.key, other.key));
  const isAfter = (key: PageKey) => from === null || sign * compareKeys(key, from) > 0;
  const isBefore = (key: PageKey) => from === null || sign * compareKeys(key, from) < 0;
  const isForwards = direction === 'forwards';
  const candidates = all.filter(({ key }) => (isForwards ? isAfter(key) : isBefore(key)));
  const rows = isForwards ? candidates.slice(0, rowsMax) : candidates.slice(-rowsMax || all.length);
  const begin = isForwards ? all.length - candidates.length : candidates.length - rows.length;
  return {
    rows,
    hasNextPage: begin + rows.length < all.length,
    hasPreviousPage: begin > 0,
    stoppedAt: null,
    total: { rows: all.length, cappedBy: null },
  };
}

function compareKeys([value = 0n, tie = 0n]: PageKey, [otherValue = 0n, otherTie = 0n]: PageKey): number {
  if (value !== otherValue) return value < otherValue ? -1 : 1;
  return tie < otherTie ? -1 : Number(tie > otherTie);
}

/** The texts from one on, and before another, in SQLite's order of code points; null: to the last. */
export interface TextRange {
  readonly from: string;
  readonly before: string | null;
}

/** At least one: no index is sought by none. */
export type SomeRanges = readonly [TextRange, ...TextRange[]];

/** The texts with a prefix: a range, so that an index can serve it. LIKE would ignore case and interpret % and _. */
export function prefixRange(prefix: string): TextRange {
  return { from: prefix, before: firstTextAfter(prefix) };
}

const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, last: 0xdfff };

/** The least text greater than every text with the prefix, in SQLite's code point order; null if there is none. */
export function firstTextAfter(prefix: string): string | null {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === lastCodePoint) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return null;
  // Surrogates are not characters and cannot be compared with.
  const next = last + 1 === surrogates.first ? surrogates.last + 1 : last + 1;
  return String.fromCodePoint(...codePoints, next);
}
