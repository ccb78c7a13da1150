import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { broadcastSequencesMax, type BroadcastField } from '../../read-models/analysis/broadcasts.ts';
import type { GraphqlContext } from '../context.ts';
import { analysisCost, innerListComplexity, pageCost } from '../cost.ts';
import { toCondition } from '../inputs/filters.ts';
import { toListOrder } from '../inputs/list-args.ts';
import { BroadcastArgs, broadcastTimesOf } from '../inputs/statistics/broadcast-args.ts';
import { toConnection, toPageRequest, toSortedKey, toSortedPage, type OrderedList } from '../lists/connect.ts';
import { selectsField } from '../selects-field.ts';
import { toStreamSession } from '../to-graphql/stream-session.ts';
import type { Connection } from '../types/connection.ts';
import { Broadcast, BroadcastConnection } from '../types/statistics/broadcast.ts';
import { StreamSession } from '../types/stream-session.ts';

@Resolver(() => Broadcast)
export class BroadcastResolver {
  @Query(() => BroadcastConnection, {
    nullable: true,
    complexity: (cost) => analysisCost + pageCost(cost),
    description:
      'Broadcasts: sessions of one stream, stitched over gaps. Ordered by RECONNECTS they say which streams flap. Counted anew for each page, from what is recorded then; `totalCount` is exact. Answered within 2 seconds, or not at all (OPERATION_TIMEOUT).',
  })
  async broadcasts(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => BroadcastArgs) args: BroadcastArgs,
  ): Promise<Connection<Broadcast>> {
    const list: OrderedList<'broadcasts'> = { name: 'broadcasts', order: toListOrder(args.orderBy, 'STARTED_AT') };
    const { direction, from, rowsMax } = toPageRequest(list, args);
    const { answer, checkpoint, version } = await context.analyses.ask({
      kind: 'broadcasts',
      condition: toCondition<BroadcastField>(args.filter),
      ...broadcastTimesOf(args),
      order: list.order,
      direction,
      from: toSortedKey(from),
      rowsMax,
      wantsSequences: selectsField(info, 'sessions'),
    });
    const page = toSortedPage(answer, checkpoint);
    return toConnection({ list, direction, page, toNode: (row) => row, version }, context);
  }

  @FieldResolver(() => [StreamSession], {
    complexity: innerListComplexity,
    description: `Its sessions, newest first, at most ${broadcastSequencesMax}. Read beside the analysis: their facts can be slightly newer or older.`,
  })
  sessions(@Root() { appId, sequences }: Broadcast, @Ctx() { readModel, rows }: GraphqlContext): StreamSession[] {
    const found = readModel.streamSessions({
      condition: {
        and: [
          { field: 'sequence', operator: 'in', values: sequences },
          { field: 'appId', operator: 'eq', value: appId },
        ],
      },
      order: { by: 'STARTED_AT', descending: true },
      direction: 'forwards',
      from: null,
      rowsMax: broadcastSequencesMax,
      countMax: null,
      budget: rows,
    });
    return found.rows.map(({ row }) => toStreamSession(row));
  }
}
