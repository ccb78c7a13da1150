import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from '../../domain/json-object.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { toConditions } from '../inputs/filters.ts';
import { PageArgs, toPageRequest } from '../inputs/page-args.ts';
import { QuarantineFilter } from '../inputs/quarantine-filter.ts';
import { toConnection } from '../tell.ts';
import { toQuarantinedCallback } from '../tell-quarantine.ts';
import type { Connection } from '../types/connection.ts';
import { QuarantinedCallback, QuarantinedCallbackConnection } from '../types/quarantined-callback.ts';

/** Characters of a body that is no object: enough to see what it is. */
const bodyTextLengthMax = 16_384;

@Resolver(() => QuarantinedCallback)
export class QuarantineResolver {
  @Query(() => QuarantinedCallbackConnection, {
    complexity: pageCost,
    description:
      'Callbacks that are kept apart because they could not be read or did not prove themselves, newest first: by their place in the log. Viewers read all but the bodies.',
  })
  quarantine(
    @Ctx() { readModel }: GraphqlContext,
    @Arg('filter', () => QuarantineFilter, {
      nullable: true,
      description: 'Which of them; all where nothing is said.',
    })
    filter: QuarantineFilter | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<QuarantinedCallback> {
    const request = toPageRequest('quarantine', page, toConditions(filter));
    return toConnection('quarantine', readModel.quarantine.list(request), readModel.logId, toQuarantinedCallback);
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body as it arrived, where it is a JSON object. Integers beyond 2^53 are strings of their digits. For operators; null for viewers: what nobody proved may hold anything.',
  })
  async body(@Root() { place }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<unknown> {
    const bytes = await bodyFor(context, place.position);
    const parsed = bytes === null ? null : parseJsonObject(bytes);
    return parsed?.ok === true ? parsed.object : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    complexity: 1,
    description:
      'The body as text, where it is no JSON object: its first 16,384 characters; bytes that are not UTF-8 are U+FFFD. For operators; null for viewers.',
  })
  async bodyText(@Root() { place }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<string | null> {
    const bytes = await bodyFor(context, place.position);
    if (bytes === null || parseJsonObject(bytes).ok) return null;
    return Buffer.from(bytes).toString().slice(0, bodyTextLengthMax).toWellFormed();
  }
}

async function bodyFor({ role, bodies }: GraphqlContext, position: bigint): Promise<Uint8Array | null> {
  return role === 'operator' ? await bodies.bodyAt(position) : null;
}
