import { orderOf, paramOf, pressed, type OrderBy, type Orders } from '../order.ts';
import { useParam } from './use-param.ts';

/** The order of a list, which the address names, and how to change it. */
export interface Order<Field extends string> {
  readonly by: OrderBy<Field>;
  readonly isUsual: boolean;
  readonly choose: (by: OrderBy<Field>) => void;
  /** Orders by a column, or reverses the order if it is already by that column. */
  readonly press: (field: Field) => void;
  readonly reset: () => void;
}

/** @param param - of the address; each list of a view with several has its own */
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
