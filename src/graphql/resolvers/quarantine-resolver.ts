import { GraphQLJSON } from 'graphql-scalars';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from '../../domain/callback/json-object.ts';
import type { QuarantineListField } from '../../read-models/quarantine.ts';
import { connect } from '../lists/connect.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { QuarantineOrderInput, toListOrder } from '../inputs/list-order.ts';
import { PageArgs } from '../inputs/page-args.ts';
import { QuarantineFilter } from '../inputs/quarantine-filter.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { toQuarantinedCallback } from '../to-graphql/quarantine.ts';
import type { Connection } from '../types/connection.ts';
import { QuarantinedCallback, QuarantinedCallbackConnection } from '../types/quarantined-callback.ts';

/** Characters of a body that is no object: enough to see what it is. */
const bodyTextLengthMax = 16_384;

@Resolver(() => QuarantinedCallback)
export class QuarantineResolver {
  @Query(() => QuarantinedCallbackConnection, {
    complexity: pageCost,
    description:
      'Callbacks that are kept apart because they could not be read or did not prove themselves; where no order is given, newest first: by their place in the log. Viewers read all but the bodies.',
  })
  quarantine(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => QuarantineFilter, {
      nullable: true,
      description: 'Which of them; all where nothing is said.',
    })
    filter: QuarantineFilter | null,
    @Arg('orderBy', () => QuarantineOrderInput, {
      nullable: true,
      description: 'The order; by RECORDED, DESC where nothing is said.',
    })
    orderBy: QuarantineOrderInput | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<QuarantinedCallback> {
    return connect(
      {
        list: { name: 'quarantine', order: toListOrder(orderBy, 'RECORDED') },
        condition: toCondition<QuarantineListField>(filter),
        page,
        read: (request) => context.readModel.quarantined(request),
        toNode: toQuarantinedCallback,
      },
      context,
      info,
    );
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body as it arrived, where it is a JSON object. Integers beyond 2^53 are strings of their digits. For operators; null for viewers: what nobody proved may hold anything.',
  })
  body(@Root() { place }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<unknown> {
    return tellBody(context, place.position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      return parsed.ok ? parsed.object : null;
    });
  }

  @FieldResolver(() => String, {
    nullable: true,
    complexity: 1,
    description:
      'The body as text, where it is no JSON object: its first 16,384 characters; bytes that are not UTF-8 are U+FFFD. For operators; null for viewers.',
  })
  bodyText(@Root() { place }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<string | null> {
    return tellBody(context, place.position, (bytes) =>
      parseJsonObject(bytes).ok ? null : Buffer.from(bytes).toString().slice(0, bodyTextLengthMax).toWellFormed(),
    );
  }
}

async function tellBody<Told>(
  { role, bodies }: GraphqlContext,
  position: bigint,
  tell: (body: Uint8Array) => Told,
): Promise<Told | null> {
  return role === 'operator' ? await bodies.read(position, tell) : null;
}
