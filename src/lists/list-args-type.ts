import 'reflect-metadata';
import { IsOptional, ValidateNested, validateSync } from 'class-validator';
import { ArgsType, ArgumentValidationError, Field, InputType, Int, type ClassType } from 'type-graphql';
import { CursorScalar, enumType } from '../api/declare-type.ts';
import type { ListFields, OrderName } from './list-fields.ts';
import type { ListOrder } from './listing.ts';

/** Nodes of a page unless the client asks for another number. */
export const pageNodesDefault = 50;

/** Nodes in one page: at about 2 KB a node, 1 MB of answer. */
export const pageNodesMax = 500;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `The number of nodes from the start of the list, 0 to ${pageNodesMax}. Default: ${pageNodesDefault}.`,
  })
  first?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'Start after this cursor of the list. For `first`.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of nodes from the end of the list, 0 to ${pageNodesMax}, instead of \`first\`.`,
  })
  last?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: 'End before this cursor of the list. For `last`.' })
  before?: string | null;
}

/** A filter of a list: comparisons by field, and filters inside `and`, `or` and `not`. `toCondition` reads it. */
export type ListFilter = object;

/** The arguments of every connection: a page, a filter and an order. */
export interface ListArgs<Order extends string> extends PageArgs {
  readonly filter?: ListFilter | null;
  readonly orderBy?: OrderInput<Order> | null;
}

/** Makes the arguments of a list: a filter, an order and a page. */
export function listArgsOf<Order extends string>(
  filterType: ClassType,
  orderType: ClassType<OrderInput<Order>>,
  described: { readonly listed: string; readonly byDefault: Order },
): ClassType<ListArgs<Order>> {
  const { listed, byDefault } = described;

  @ArgsType()
  class ListArgsInput extends PageArgs implements ListArgs<Order> {
    @Field(() => filterType, { nullable: true, description: `Which ${listed}. Default: all.` })
    @IsOptional()
    @ValidateNested()
    filter?: ListFilter | null;

    @Field(() => orderType, { nullable: true, description: `The order. Default: ${byDefault}, DESC.` })
    orderBy?: OrderInput<Order> | null;
  }
  return ListArgsInput;
}

const OrderDirectionEnum = enumType(
  'OrderDirection',
  'The direction of an order. A missing value sorts below every other.',
  { ASC: 'The least first; for times, the earliest.', DESC: 'The greatest first; for times, the latest.' },
);

/** An order as clients send it: the name of the order, and its direction. */
export interface OrderInput<Order extends string> {
  readonly field: Order;
  readonly direction: 'ASC' | 'DESC';
}

/** The orders that fields declare, with their descriptions. */
export function ordersOf<Fields extends ListFields>(fields: Fields): Readonly<Record<OrderName<Fields>, string>> {
  const orders = Object.values(fields).flatMap(({ order }) => (order === undefined ? [] : [[order.name, order.shown]]));
  return Object.fromEntries(orders) as Record<OrderName<Fields>, string>;
}

/** Makes the input that sorts what is listed: a field and a direction. */
export function orderOf<Order extends string>(
  name: string,
  listed: string,
  descriptions: Readonly<Record<Order, string>>,
): ClassType<OrderInput<Order>> {
  const fields = enumType(`${name}OrderField`, `What ${listed} can be ordered by.`, descriptions);

  @InputType(`${name}Order`, { description: `The order of a list of ${listed}.` })
  class ListOrderInput implements OrderInput<Order> {
    @Field(() => fields, { description: 'What to order by.' })
    field!: Order;

    @Field(() => OrderDirectionEnum, { description: 'The direction.' })
    direction!: 'ASC' | 'DESC';
  }
  return ListOrderInput;
}

/** The order that was asked for; otherwise the default order of the list, descending. */
export function toListOrder<Order extends string>(
  orderBy: OrderInput<Order> | null | undefined,
  byDefault: Order,
): ListOrder<Order> {
  return orderBy == null
    ? { by: byDefault, descending: true }
    : { by: orderBy.field, descending: orderBy.direction === 'DESC' };
}

const options = { skipMissingProperties: true, forbidUnknownValues: false };

/**
 * For arguments without rules: class-validator is not called for each session or task requested, and the method gets the
 * arguments as plain objects.
 */
export const withoutRules = { validateFn: () => undefined } as const;

/**
 * Checks the arguments of a field against the rules of class-validator, as type-graphql does. But type-graphql imports
 * the library anew, and waits for a promise of each rule, with each list that is asked for.
 * @throws ArgumentValidationError
 */
export function validateInput(value: unknown): void {
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    const errors = typeof one === 'object' && one !== null ? validateSync(one, options) : [];
    if (errors.length > 0) throw new ArgumentValidationError(errors);
  }
}
