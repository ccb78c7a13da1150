import type { RowBudget } from '../../read-models/listing.ts';

/**
 * Rows that the lists of one operation may look at where no index gives just the rows of a page: what one list may need for
 * its page, for what lies before it, and for its count. Counting ten entries of an index is as much as looking at one row,
 * so 30 lists may be counted to the end. Nothing else runs on this thread meanwhile.
 */
export const operationRowsMax = 30_000;

export function createRowBudget(): RowBudget {
  let rowsLeft = operationRowsMax;
  return {
    get rowsLeft() {
      return rowsLeft;
    },
    spend(rows) {
      rowsLeft = Math.max(0, rowsLeft - rows);
    },
  };
}
