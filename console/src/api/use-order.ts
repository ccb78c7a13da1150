import { orderOf, paramOf, pressed, type OrderBy, type Orders } from '../order.ts';
import { useParam } from './use-param.ts';

/** What a list is ordered by, in the address, and how to order it otherwise. */
export interface Order<Field extends string> {
  readonly by: OrderBy<Field>;
  readonly isUsual: boolean;
  readonly choose: (by: OrderBy<Field>) => void;
  /** Orders by a column, or in reverse where it is ordered by it already. */
  readonly press: (field: Field) => void;
  readonly reset: () => void;
}

/** @param param - of the address: a view with several lists has one for each */
export function useOrder<Field extends string>(
  orders: Orders<Field>,
  usual: NoInfer<Field>,
  param = 'order',
): Order<Field> {
  const [text, setText] = useParam(param);
  const by = orderOf(text, orders, usual);
  const choose = (chosen: OrderBy<Field>) => setText(paramOf(chosen, orders, usual));
  return {
    by,
    isUsual: paramOf(by, orders, usual) === null,
    choose,
    press: (field) => choose(pressed(by, field, orders)),
    reset: () => setText(null),
  };
}
