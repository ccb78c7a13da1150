import { describe, expect, test } from '@jest/globals';
import { sortedPage, type SortedPageRequest } from '../../src/lists/listing.ts';

const key = (value: number) => [BigInt(value), 0n];
const all = [1, 2, 3].map((value) => ({ row: value, key: key(value) }));

function page(direction: SortedPageRequest['direction'], from: number | null, rowsMax: number) {
  const order = { descending: false };
  const found = sortedPage([...all], { order, direction, from: from === null ? null : key(from), rowsMax });
  const { rows, hasPreviousPage, hasNextPage } = found;
  return { rows: rows.map(({ row }) => row), hasPreviousPage, hasNextPage };
}

describe('a page that is cut from sorted rows', () => {
  test.each(['forwards', 'backwards'] as const)(
    'has what is before and after it on its right side: %s',
    (direction) => {
      for (const from of [null, 0, 1, 2, 3, 4]) {
        const isAsked = (value: number) => from === null || (direction === 'forwards' ? value > from : value < from);
        const asked = [1, 2, 3].filter(isAsked);
        for (const rowsMax of [0, 1, 2, 3, 4]) {
          const rows = direction === 'forwards' ? asked.slice(0, rowsMax) : asked.slice(asked.length - rowsMax);
          const shown = rowsMax >= asked.length ? asked : rows;
          const [beyond, behind] = [asked.length > shown.length, asked.length < 3];
          const [hasNextPage, hasPreviousPage] = direction === 'forwards' ? [beyond, behind] : [behind, beyond];
          expect(page(direction, from, rowsMax)).toEqual({ rows: shown, hasPreviousPage, hasNextPage });
        }
      }
    },
  );
});
