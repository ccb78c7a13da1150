import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root, ID } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { pageCost } from '../../api/cost.ts';
import { DateTimeScalar, objectType } from '../../api/declare-type.ts';
import { openWindowOf } from '../../analysis/windows-type.ts';
import { CallbackRecord, toCallbackRecord } from '../../callbacks/callback-type.ts';
import { connect, type Connected } from '../../lists/connect-resolver.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { toCondition } from '../../lists/conditions.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder } from '../../lists/list-args-type.ts';
import type { FieldCondition } from '../../lists/listing.ts';
import {
  refusedPushFields,
  type RefusedPushField,
  type RefusedPushOrder,
  type RefusedPushRow,
} from './refused-push-fields.ts';
import { writeNodeId } from '../../api/node-id.ts';
import { connectionOf, Node, readerOf, shownFields } from '../../lists/connection-type.ts';
import { endCauseOf } from '../interruption-codes.ts';
import { EndCause } from '../stream-session-type.ts';

/** The input by which the list selects refused pushes. */
export const RefusedPushFilter = filterOf('RefusedPushFilter', 'refused pushes', refusedPushFields, { enums: {} });

const RefusedPush = objectType(
  'RefusedPush',
  'An attempt to push that CSS refused: interruptions of one sequence with the code 18 or 19, and no push callback. It never began, so it is no session and counts in no figure of sessions. If its push callback arrives after all, it becomes a session.',
  {
    id: [ID, 'Opaque id of this node. It is gone if the attempt becomes a session.'],
    ...shownFields(refusedPushFields, {}),
    reason: [
      EndCause,
      'Why it was refused: what `endCode` means and, where it is known, what `message` means. The sub-code, which names the rule, is only in the vendor’s console.',
    ],
  },
  { implements: Node },
);
type RefusedPush = InstanceType<typeof RefusedPush> & {
  /** The position of its callback, for the resolvers. */
  callbackPosition: bigint;
};

/** A page of refused pushes, by Relay's specification. */
const RefusedPushConnection = connectionOf(RefusedPush, 'RefusedPush', 'refused pushes');

/** A row of the read model as an object of the schema; texts stay as sent, for resolvers to redact. */
export function toRefusedPush(row: RefusedPushRow): RefusedPush {
  return new RefusedPushNode(row);
}

/** Makes each field when it is selected: a page has up to 500 of them. */
class RefusedPushNode
  extends readerOf<RefusedPushRow, typeof refusedPushFields>(refusedPushFields)
  implements RefusedPush
{
  get id(): string {
    return writeNodeId({ type: 'RefusedPush', appId: this.appId, sequence: this.sequence });
  }

  get reason(): EndCause {
    return endCauseOf({ endCode: this.endCode, endCodeText: null, endMessage: this.message }, false);
  }

  get callbackPosition(): bigint {
    return this.row.callbackPosition;
  }
}

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
