import type { OrderDirection } from './api/operations.generated.ts';

/** What a list can be ordered by, each with the direction of a first press: of times and numbers, the greatest first. */
export type Orders<Field extends string> = Readonly<Record<Field, OrderDirection>>;

/** An order as lists of the API take it. */
export interface OrderBy<Field extends string> {
  readonly field: Field;
  readonly direction: OrderDirection;
}

/** The order that an address names, with `-` before what is descending; else the usual one. */
export function orderOf<Field extends string>(
  param: string | null,
  orders: Orders<Field>,
  usual: NoInfer<Field>,
): OrderBy<Field> {
  const field = (Object.keys(orders) as Field[]).find((each) => param === each || param === `-${each}`);
  if (field === undefined) return { field: usual, direction: orders[usual] };
  return { field, direction: param === field ? 'ASC' : 'DESC' };
}

/** An order as an address names it; null for the usual one. */
export function paramOf<Field extends string>(
  { field, direction }: OrderBy<Field>,
  orders: Orders<Field>,
  usual: NoInfer<Field>,
): string | null {
  if (field === usual && direction === orders[usual]) return null;
  return direction === 'ASC' ? field : `-${field}`;
}

/** The order after a press on the head of a column: by it, or in reverse where it was already. */
export function pressed<Field extends string>(
  order: OrderBy<Field>,
  field: Field,
  orders: Orders<Field>,
): OrderBy<Field> {
  if (order.field !== field) return { field, direction: orders[field] };
  return { field, direction: order.direction === 'ASC' ? 'DESC' : 'ASC' };
}
