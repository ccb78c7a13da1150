import type { Page, PageKey, PageRequest } from '../lists/listing.ts';

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
