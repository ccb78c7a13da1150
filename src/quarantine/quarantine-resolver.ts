import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from '../callbacks/json-object.ts';
import { fullInSeconds, quarantineBytesMax } from './quarantine-room.ts';
import type { QuarantineListField, QuarantineOrder } from './quarantine-rows.ts';
import type { GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import { QuarantineFilter, toCondition } from '../lists/filters-type.ts';
import { listArgsOf, type ListArgs, QuarantineOrderInput, toListOrder } from '../lists/list-args-type.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toQuarantinedCallback } from './to-quarantined-callback-type.ts';
import { QuarantinedCallback, QuarantinedCallbackConnection, QuarantineShare } from './quarantined-callback-type.ts';

/** Characters of a body that is not an object: enough to see what it is. */
const bodyTextLengthMax = 16_384;

/** It reads a few thousand short rows. */
const sharesCost = 10;

const QuarantineListArgs = listArgsOf<QuarantineOrder>(QuarantineFilter, QuarantineOrderInput, {
  listed: 'callbacks in quarantine',
  byDefault: 'RECORDED',
});

@Resolver(() => QuarantinedCallback)
export class QuarantineResolver {
  @Query(() => QuarantinedCallbackConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Callbacks that were set aside because they could not be read or authenticated. By default the newest first, by position in the log. Viewers can read everything but the bodies.',
  })
  quarantine(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => QuarantineListArgs) { filter, orderBy, ...page }: ListArgs<QuarantineOrder>,
  ): Connected<QuarantinedCallback> {
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

  @Query(() => [QuarantineShare], {
    nullable: true,
    complexity: sharesCost,
    description: 'How full the quarantine is, for each reason why a callback can be there.',
  })
  quarantineShares(@Ctx() { readModel, clock }: GraphqlContext): QuarantineShare[] {
    return readModel.quarantine.shares(clock()).map(({ reason, events, bytes, bytesPerSecond }) => {
      const bytesMax = quarantineBytesMax[reason];
      return { reason, events, bytes, bytesMax, fullInSeconds: fullInSeconds({ bytes, bytesPerSecond }, bytesMax) };
    });
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body as it arrived, if it is a JSON object. Integers beyond 2^53 are strings of their digits. For operators; null for viewers, because an unauthenticated body may contain anything.',
  })
  body(@Root() { position }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<unknown> {
    return readAsOperator(context, position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      return parsed.ok ? parsed.object : null;
    });
  }

  @FieldResolver(() => String, {
    nullable: true,
    complexity: 1,
    description:
      'The body as text, if it is not a JSON object: its first 16,384 characters, with U+FFFD for bytes that are not UTF-8. For operators; null for viewers.',
  })
  bodyText(@Root() { position }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<string | null> {
    return readAsOperator(context, position, (bytes) =>
      parseJsonObject(bytes).ok ? null : Buffer.from(bytes).toString().slice(0, bodyTextLengthMax).toWellFormed(),
    );
  }
}

async function readAsOperator<Result>(
  { role, bodies }: GraphqlContext,
  position: bigint,
  use: (body: Uint8Array) => Result,
): Promise<Result | null> {
  return role === 'operator' ? await bodies.read(position, use) : null;
}
