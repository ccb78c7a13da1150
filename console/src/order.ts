import type { OrderDirection } from './api/operations.generated.ts';

/** The orders of a list, each with the direction of the first press: for times and numbers, the greatest first. */
export type Orders<Field extends string> = Readonly<Record<Field, OrderDirection>>;

/** An order, in the form in which lists of the API take it. */
export interface OrderBy<Field extends string> {
  readonly field: Field;
  readonly direction: OrderDirection;
}

/** The order that an address names, with `-` for descending, or otherwise the usual one. */
export function orderOf<Field extends string>(
  param: string | null,
  orders: Orders<Field>,
  usual: NoInfer<Field>,
): OrderBy<Field> {
  const field = (Object.keys(orders) as Field[]).find((each) => param === each || param === `-${each}`);
  if (field === undefined) return { field: usual, direction: orders[usual] };
  return { field, direction: param === field ? 'ASC' : 'DESC' };
}

/** The text that names an order in an address; null for the usual order. */
export function paramOf<Field extends string>(
  { field, direction }: OrderBy<Field>,
  orders: Orders<Field>,
  usual: NoInfer<Field>,
): string | null {
  if (field === usual && direction === orders[usual]) return null;
  return direction === 'ASC' ? field : `-${field}`;
}

/** The order after a press on a column's head: by that column, or reversed if it was already by it. */
export function pressed<Field extends string>(
  order: OrderBy<Field>,
  field: Field,
  orders: Orders<Field>,
): OrderBy<Field> {
  if (order.field !== field) return { field, direction: orders[field] };
  return { field, direction: order.direction === 'ASC' ? 'DESC' : 'ASC' };
}
