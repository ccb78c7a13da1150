import { everything, type PageRequest, type RowBudget } from '../../src/lists/listing.ts';

/** A budget of this many rows. */
export function budgetOf(rows: number): RowBudget {
  let rowsLeft = rows;
  return {
    get rowsLeft() {
      return rowsLeft;
    },
    spend(spent) {
      rowsLeft -= spent;
    },
  };
}

/** The first page of a whole list, newest first, with any settings that a test gives. */
export function pageOf<Field extends string, Order extends string>(
  by: Order,
  asked: Partial<PageRequest<Field, Order>> = {},
): PageRequest<Field, Order> {
  return {
    condition: everything,
    order: { by, descending: true },
    direction: 'forwards',
    from: null,
    rowsMax: 10_000,
    countMax: null,
    budget: budgetOf(1_000_000),
    ...asked,
  };
}
