import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root, Float, ID, Int } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { broadcastSequencesMax, type BroadcastField } from './broadcasts.ts';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost, innerListComplexity, pageCost } from '../../api/cost.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { toListOrder } from '../../lists/list-args-type.ts';
import { BroadcastArgs, broadcastTimesOf } from './broadcast-args-resolver.ts';
import {
  toConnection,
  toPageRequest,
  toSortedKey,
  toSortedPage,
  type OrderedList,
} from '../../lists/connect-resolver.ts';
import { selectsField } from '../../api/selects-field.ts';
import { toStreamSession } from '../../sessions/to-stream-session-type.ts';
import { type Connection, connectionOf } from '../../lists/connection-type.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';
import { DateTimeScalar } from '../../api/scalars-type.ts';
import { InterruptionCount } from '../statistics/kinds-type.ts';
import { objectType, orNull } from '../../api/declare-type.ts';

const Broadcast = objectType(
  'Broadcast',
  'What viewers of a stream saw as one broadcast: sessions of that stream, each of which began at most `gapMaxSeconds` after the previous one had ended.',
  {
    appId: [ID, 'The account.'],
    domain: [String, 'Push domain.'],
    path: [String, 'Push path.'],
    streamId: [String, 'Stream name.'],
    startedAtMs: [
      DateTimeScalar,
      'When its first session began. If that is unknown, its end or first arrival, whichever is earlier; a session with an unknown start counts from there.',
    ],
    endedAtMs: [
      orNull(DateTimeScalar),
      'When its last session ended. Null while it is live, and if it ended at an unknown time.',
    ],
    isLive: [Boolean, 'Whether its last session is LIVE.'],
    durationMs: [
      orNull(Float),
      'Milliseconds from its start to its end. While it is live, to the end of the requested time range, but at most until the answer was made. Null if it ended at an unknown time.',
    ],
    sessionCount: [Int, 'How many sessions it has, including those outside the requested time range.'],
    reconnects: [Int, 'How often the stream reconnected: the number of sessions but the first.'],
    longestGapMs: [
      Float,
      'The longest time between the end of a session and the beginning of the next, in milliseconds; 0 if there is none. A session whose interruption was lost counts as ended when the next one began.',
    ],
    availability: [
      orNull(Float),
      'The part of `durationMs` without gaps, from 0 to 1. Null if it ended at an unknown time.',
    ],
    causes: [
      [InterruptionCount],
      'What ended the sessions before each reconnect, by side; a lost interruption counts as UNKNOWN. Sides that ended none are left out. The end of the broadcast itself does not count.',
    ],
  },
);
type Broadcast = InstanceType<typeof Broadcast> & {
  /** For the resolver of `sessions`. */
  sequences: readonly string[];
};

/** A page of broadcasts, with cursors at both ends. */
const BroadcastConnection = connectionOf(Broadcast, 'Broadcast', 'broadcasts');

@Resolver(() => Broadcast)
export class BroadcastResolver {
  @Query(() => BroadcastConnection, {
    nullable: true,
    complexity: (cost) => analysisCost + pageCost(cost),
    description:
      'Broadcasts: sessions of one stream, joined over gaps. Order by RECONNECTS to see which streams flap. Computed again for each page from what is recorded then; `totalCount` is exact. Answers within 2 seconds or fails with OPERATION_TIMEOUT.',
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
    description: `Its sessions, newest first, at most ${broadcastSequencesMax}. They are read separately from the analysis, so their facts can be slightly newer or older.`,
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
    if (found.stoppedAt !== null) {
      throw new LedgerError('OPERATION_TOO_COSTLY', 'The broadcasts have too many sessions. Ask for fewer broadcasts.');
    }
    return found.rows.map(({ row }) => toStreamSession(row));
  }
}
