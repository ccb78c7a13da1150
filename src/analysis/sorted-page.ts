/**
 * The key at which a page is cut: the row's value in the order, and a number that breaks ties. Both are 64-bit whole
 * numbers, as text.
 */
export type SortedKey = readonly [value: string, tie: string];

/** Which page to cut from a list that is sorted in memory. */
export interface SortedPageRequest {
  readonly order: { readonly descending: boolean };
  readonly direction: 'forwards' | 'backwards';
  /** An exclusive key. Null: from the beginning, or from the end. */
  readonly from: SortedKey | null;
  readonly rowsMax: number;
}

/** A page in the requested order, and the number of all rows. */
export interface SortedPage<Row> {
  readonly rows: readonly Keyed<Row>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly rowCount: number;
}

/** A row with its unique key. */
export interface Keyed<Row> {
  readonly row: Row;
  readonly key: SortedKey;
}

/** Sorts all rows and cuts the page. May reorder the given rows. */
export function sortedPage<Row>(
  all: Keyed<Row>[],
  { order, direction, from, rowsMax }: SortedPageRequest,
): SortedPage<Row> {
  const sign = order.descending ? -1 : 1;
  all.sort((one, other) => sign * compareKeys(one.key, other.key));
  const isAfter = (key: SortedKey) => from === null || sign * compareKeys(key, from) > 0;
  const isBefore = (key: SortedKey) => from === null || sign * compareKeys(key, from) < 0;
  const isForwards = direction === 'forwards';
  const candidates = all.filter(({ key }) => (isForwards ? isAfter(key) : isBefore(key)));
  const rows = isForwards ? candidates.slice(0, rowsMax) : candidates.slice(-rowsMax || all.length);
  const begin = isForwards ? all.length - candidates.length : candidates.length - rows.length;
  return {
    rows,
    hasNextPage: begin + rows.length < all.length,
    hasPreviousPage: begin > 0,
    rowCount: all.length,
  };
}

function compareKeys([value, tie]: SortedKey, [otherValue, otherTie]: SortedKey): number {
  const byValue = Number(value) - Number(otherValue);
  if (byValue !== 0) return byValue;
  const [one, other] = [BigInt(tie), BigInt(otherTie)];
  return one < other ? -1 : Number(one > other);
}
