import { Field, InputType, registerEnumType, type ClassType } from 'type-graphql';
import type { CallbackOrder, ListOrder, RelayTaskOrder, StreamSessionOrder } from '../../read-models/listing.ts';
import type { QuarantineOrder } from '../../read-models/quarantine.ts';
import { enumOf } from '../types/enum-of.ts';

export const OrderDirectionEnum = enumOf<'ASC' | 'DESC'>(['ASC', 'DESC']);
registerEnumType(OrderDirectionEnum, {
  name: 'OrderDirection',
  description: 'Which way a list is ordered. What has no value stands as if its value were the least.',
  valuesConfig: {
    ASC: { description: 'The least first; of moments, the earliest.' },
    DESC: { description: 'The greatest first; of moments, the newest.' },
  },
});

interface OrderInput<Order extends string> {
  field: Order;
  direction: 'ASC' | 'DESC';
}

/** Makes the input type that orders one list, and the enum of what it can be ordered by. */
function orderOf<Order extends string>(
  listed: string,
  name: string,
  descriptions: Readonly<Record<Order, string>>,
): ClassType<OrderInput<Order>> {
  const fields = enumOf<Order>(Object.keys(descriptions) as Order[]);
  registerEnumType(fields, {
    name: `${name}OrderField`,
    description: `What ${listed} can be ordered by.`,
    valuesConfig: Object.fromEntries(
      Object.entries<string>(descriptions).map(([value, description]) => [value, { description }]),
    ) as Record<Order, { description: string }>,
  });

  @InputType(`${name}Order`, { description: `The order of a list of ${listed}.` })
  class ListOrderInput implements OrderInput<Order> {
    @Field(() => fields, { description: 'What to order by.' })
    field!: Order;

    @Field(() => OrderDirectionEnum, { description: 'Which way.' })
    direction!: 'ASC' | 'DESC';
  }
  return ListOrderInput;
}

export type StreamSessionOrderInput = OrderInput<StreamSessionOrder>;
export const StreamSessionOrderInput = orderOf<StreamSessionOrder>('stream sessions', 'StreamSession', {
  STARTED_AT: 'By `startedAt`, or by `firstReceivedAt` where the start is not known.',
  ENDED_AT: 'By `endedAt`. What has not ended, or at an unknown time, has no value.',
  PUSH_DURATION: 'By `pushDurationMs`. What has not ended has no value.',
  LAST_CHANGED: 'By what changed them last, in the order of the log: a session moves with every change.',
});

export type RelayTaskOrderInput = OrderInput<RelayTaskOrder>;
export const RelayTaskOrderInput = orderOf<RelayTaskOrder>('relay tasks', 'RelayTask', {
  STARTED_AT: 'By the beginning of the newest run, or by the first callback where no run is known.',
  EXITED_AT: 'By `exitedAt`. What never exited, or at an unknown time, has no value.',
  LAST_CHANGED: 'By what changed them last, in the order of the log: a task moves with every change.',
});

export type CallbackOrderInput = OrderInput<CallbackOrder>;
export const CallbackOrderInput = orderOf<CallbackOrder>('callbacks', 'Callback', {
  RECORDED: 'By `position`: the order of the log.',
  RECEIVED_AT: 'By `receivedAt`. Differs from the log where several receivers, or a spool, append to it.',
  OCCURRED_AT: 'By `occurredAt`. What carries no time has no value.',
});

export type QuarantineOrderInput = OrderInput<QuarantineOrder>;
export const QuarantineOrderInput = orderOf<QuarantineOrder>('callbacks in quarantine', 'Quarantine', {
  RECORDED: 'By their place in the log.',
  RECEIVED_AT: 'By `receivedAt`. Differs from the log where several receivers, or a spool, append to it.',
});

/** The order that is asked for, or the one of a list where nothing is said: its first, newest first. */
export function toListOrder<Order extends string>(
  orderBy: OrderInput<Order> | null | undefined,
  byDefault: Order,
): ListOrder<Order> {
  return orderBy == null
    ? { by: byDefault, descending: true }
    : { by: orderBy.field, descending: orderBy.direction === 'DESC' };
}
