import type { RowBudget } from '../../read-models/listing.ts';

/**
 * Rows that the lists of one operation may examine where no index yields exactly the rows of a page: what a single list may
 * need for its page, for the rows before it, and for its count. Counting ten entries of an index is as expensive as examining
 * one row, so 30 lists may be counted to the end. The thread does nothing else meanwhile.
 */
export const operationRowsMax = 30_000;

/** A budget of `operationRowsMax` rows, shared by all lists of one operation. */
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
