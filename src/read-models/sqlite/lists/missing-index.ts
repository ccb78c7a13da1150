import { LedgerError } from '../../../kernel/errors.ts';
import { conjunctsOf, fieldsOf } from '../../conditions.ts';
import type { Condition, ListOrder } from '../../listing.ts';
import type { ListDefinition } from './list-definition.ts';
import { planList } from './plan-list.ts';

/** Says which index a list would have needed, and what would have found its rows. */
export function tooCostly<Field extends string, Order extends string>(
  list: Pick<ListDefinition<Field, Order, never, unknown>, 'name' | 'columnOf' | 'orders' | 'paths'>,
  condition: Condition<Field>,
  order: ListOrder<Order>,
): LedgerError {
  const inOrder = planList(list, condition, order).find((bound) => bound.inOrder);
  const fields = fieldsOf(conjunctsOf(condition));
  const held = inOrder === undefined ? fields : fieldsOf([...inOrder.seeks, ...inOrder.residual]);
  const missing = held.length === 0 ? `in the order ${order.by}` : `by ${held.join(' and ')} in the order ${order.by}`;
  const served = [
    ...new Set(
      list.paths.filter((path) => path.order === order.by).flatMap(({ equal, when }) => when?.condition.field ?? equal),
    ),
  ];
  const advice =
    served.length === 0 ? 'Name fewer rows, or take another order' : `Name one value of ${served.join(', ')}`;
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `No index serves ${list.name} ${missing}, and too many rows would have to be looked at. ${advice}; docs/api.md lists what is served.`,
    { missingIndex: { list: list.name, fields: held, order: order.by } },
  );
}
