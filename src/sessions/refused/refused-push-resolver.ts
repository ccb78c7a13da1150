import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { pageCost } from '../../api/cost.ts';
import { DateTimeScalar } from '../../api/declare-type.ts';
import { openWindowOf } from '../../analysis/windows-type.ts';
import { CallbackRecord, toCallbackRecord } from '../../callbacks/callback-type.ts';
import { connect, type Connected } from '../../lists/connect-resolver.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder } from '../../lists/list-args-type.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import { refusedPushFields, type RefusedPushField, type RefusedPushOrder } from './refused-push-fields.ts';
import { RefusedPush, RefusedPushConnection, RefusedPushFilter, toRefusedPush } from './refused-push-type.ts';

const RefusedPushOrderInput = orderOf('RefusedPush', 'refused pushes', ordersOf(refusedPushFields));

@ArgsType()
class RefusedPushArgs extends listArgsOf<RefusedPushOrder>(RefusedPushFilter, RefusedPushOrderInput, {
  listed: 'refused pushes',
  byDefault: 'REFUSED_AT',
}) {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The beginning of the time range in which they were refused. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of that time range, exclusive. Default: no limit.',
  })
  to?: number | null;
}

@Resolver(() => RefusedPush)
export class RefusedPushResolver {
  @Query(() => RefusedPushConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Attempts to push that CSS refused, by a rule or by the third-party authentication. By default the newest first.',
  })
  refusedPushes(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => RefusedPushArgs) { filter, orderBy, from, to, ...page }: RefusedPushArgs,
  ): Connected<RefusedPush> {
    const { fromMs, toMs } = openWindowOf({ from, to });
    const inWindow: FieldCondition<RefusedPushField>[] = [
      { field: 'at', operator: 'gte', value: fromMs },
      { field: 'at', operator: 'lt', value: toMs },
    ];
    const isBounded = from != null || to != null;
    const condition = toCondition(refusedPushFields, filter);
    return connect(
      {
        list: { name: 'refusedPushes', order: toListOrder(orderBy, 'REFUSED_AT') },
        condition: isBounded ? { and: [condition, ...inWindow] } : condition,
        page,
        read: (request) => context.readModel.refusedPushes(request),
        toNode: toRefusedPush,
      },
      context,
      info,
    );
  }

  @FieldResolver(() => CallbackRecord, {
    complexity: 1,
    description: 'The interruption that says so; if several do, the latest by CSS’s clock.',
  })
  callback(
    @Root() { callbackPosition }: RefusedPush,
    @Ctx() { readModel, ports: { log } }: GraphqlContext,
  ): CallbackRecord {
    const row = readModel.callbackByPosition(callbackPosition);
    if (row === null) throw new TypeError('A refused push that was read has no callback.');
    return toCallbackRecord(row, log);
  }
}
