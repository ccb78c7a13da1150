import type { RowBudget } from './listing.ts';

/** A budget of so many rows. */
export function createRowBudget(rowsMax: number): RowBudget {
  return new RowsLeft(rowsMax);
}

/** A class: an object literal with a getter has a hidden class of its own each time, and one is made for each operation. */
class RowsLeft implements RowBudget {
  private left: number;

  constructor(rowsMax: number) {
    this.left = rowsMax;
  }

  get rowsLeft(): number {
    return this.left;
  }

  spend(rows: number): void {
    this.left = Math.max(0, this.left - rows);
  }
}
