import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, FieldResolver, Float, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost, innerListComplexity, pageCost, selectsField } from '../../api/cost.ts';
import { DateTimeScalar, objectType, orNull } from '../../api/declare-type.ts';
import { writePartId } from '../../api/node-id.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toConnection, toPageRequest, type OrderedList } from '../../lists/connect-resolver.ts';
import { connectionOf, type Connection } from '../../lists/connection-type.ts';
import { filterOf } from '../../lists/filters-type.ts';
import { toCondition } from '../../lists/conditions.ts';
import { listArgsOf, orderOf, toListOrder } from '../../lists/list-args-type.ts';
import { StreamSession, toStreamSession } from '../../sessions/stream-session-type.ts';
import { reconnectWithinMs } from '../statistics/session-statistics.ts';
import { statisticsWithin } from '../statistics/statistics-resolver.ts';
import { openWindowOf } from '../windows-type.ts';
import { InterruptionCount } from '../statistics/statistics-kinds-type.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import {
  broadcastFields,
  broadcastSequencesMax,
  type Broadcast as BroadcastRow,
  type BroadcastOrder,
} from './broadcasts.ts';

/** Seconds. A session that begins more than a day after the end is no reconnect. */
const gapSecondsMax = 86_400;

const BroadcastFilter = filterOf('BroadcastFilter', 'broadcasts', broadcastFields);

const BroadcastOrderInput = orderOf<BroadcastOrder>('Broadcast', 'broadcasts', {
  STARTED_AT: 'By `startedAt`.',
  DURATION: 'By `durationMs`.',
  RECONNECTS: 'By `reconnects`.',
  LONGEST_GAP: 'By `longestGapMs`.',
  AVAILABILITY: 'By `availability`.',
});

const BroadcastListArgs = listArgsOf<BroadcastOrder>(BroadcastFilter, BroadcastOrderInput, {
  listed: 'broadcasts',
  byDefault: 'STARTED_AT',
});

@ArgsType()
class BroadcastArgs extends BroadcastListArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The beginning of the time range. Lists broadcasts with a session that began or pushed in the time range, each as a whole. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The end of the time range, exclusive. Default: now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: reconnectWithinMs / 1_000,
    description: `The longest gap within a broadcast: seconds from the end of a session to the beginning of the next one of its stream, 0 to ${gapSecondsMax}.`,
  })
  gapMaxSeconds!: number;
}

/** The time and the gap that were asked for, in milliseconds. @throws LedgerError - BAD_USER_INPUT */
function broadcastTimesOf({ from, to, gapMaxSeconds }: BroadcastArgs): {
  readonly window: TimeWindow;
  readonly gapMsMax: number;
} {
  const window = openWindowOf({ from, to });
  if (gapMaxSeconds < 0 || gapMaxSeconds > gapSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `gapMaxSeconds must be from 0 to ${gapSecondsMax}.`);
  }
  return { window, gapMsMax: gapMaxSeconds * 1_000 };
}

const Broadcast = objectType(
  'Broadcast',
  'What viewers of a stream saw as one broadcast: sessions of that stream, each of which began at most `gapMaxSeconds` after the previous one had ended.',
  {
    id: [
      ID,
      'Opaque id of this broadcast, by its first session and `gapMaxSeconds`, for the caches of clients. Nothing can be looked up by it.',
    ],
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
      'When its last session ended; for a CLOSED one, as the operator states. Null while it is live, and if it ended at an unknown time.',
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
    overlaps: [
      Int,
      'How many of its sessions began while another one was pushed from another address: two pushers use the same push URL. The addresses are `userIp` of the `sessions`. A session whose interruption was lost ended when the next one began.',
    ],
    availability: [
      orNull(Float),
      'The part of `durationMs` without gaps, from 0 to 1. While it is live, a gap after the requested time range does not count. Null if it ended at an unknown time.',
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
    description: `Broadcasts: sessions of one stream, joined over gaps. Order by RECONNECTS to see which streams flap. Computed again for each page from what is recorded then; \`totalCount\` is exact. ${statisticsWithin}`,
  })
  async broadcasts(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => BroadcastArgs) args: BroadcastArgs,
  ): Promise<Connection<Broadcast>> {
    const list: OrderedList<BroadcastOrder> = { name: 'broadcasts', order: toListOrder(args.orderBy, 'STARTED_AT') };
    const { direction, from, rowsMax } = toPageRequest(list, args);
    const { answer, checkpoint, version } = await context.analyses.ask({
      kind: 'broadcasts',
      condition: toCondition(broadcastFields, args.filter),
      ...broadcastTimesOf(args),
      order: list.order,
      direction,
      from,
      rowsMax,
      wantsSequences: selectsField(info, 'sessions'),
    });
    const { gapMaxSeconds } = args;
    const toNode = (row: BroadcastRow) => {
      return { ...row, id: writePartId('Broadcast', [row.appId, row.firstSequence, gapMaxSeconds]) };
    };
    return toConnection({ list, direction, page: { ...answer, checkpoint }, toNode, version }, context);
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
    // The list puts sessions of the same second in the order of their arrival; in a stream, the greater sequence is newer.
    const order = new Map(sequences.map((sequence, index) => [sequence, index]));
    return found.rows
      .map(({ row }) => toStreamSession(row))
      .sort((one, other) => (order.get(one.sequence) ?? 0) - (order.get(other.sequence) ?? 0));
  }
}
