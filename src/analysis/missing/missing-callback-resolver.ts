import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost, pageCost } from '../../api/cost.ts';
import { DateTimeScalar } from '../../api/declare-type.ts';
import { writePartId } from '../../api/node-id.ts';
import { derivedUuid } from '../../kernel/encoding.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { toConnection, toPageRequest, type OrderedList } from '../../lists/connect-resolver.ts';
import type { Connection } from '../../lists/connection-type.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { listArgsOf, orderOf, toListOrder } from '../../lists/list-args-type.ts';
import { RelayTask, toRelayTask } from '../../relay/relay-task-type.ts';
import { StreamSession, toStreamSession } from '../../sessions/stream-session-type.ts';
import { silentAfterSecondsDefault, silentAfterSecondsMax } from '../../sessions/stream-session-view.ts';
import { statisticsWithin } from '../statistics/statistics-resolver.ts';
import { openWindowOf } from '../windows-type.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import {
  MissingCallback,
  MissingCallbackConnection,
  MissingCallbackFilter,
  missingCallbackFields,
} from './missing-callback-type.ts';
import type {
  MissingCallback as MissingCallbackRow,
  MissingCallbackOrder,
  MissingReason,
} from './missing-callbacks.ts';

const MissingCallbackOrderInput = orderOf<MissingCallbackOrder>('MissingCallback', 'missing callbacks', {
  EXPECTED_AT: 'By `expectedTo`.',
});

const MissingCallbackListArgs = listArgsOf<MissingCallbackOrder>(MissingCallbackFilter, MissingCallbackOrderInput, {
  listed: 'missing callbacks',
  byDefault: 'EXPECTED_AT',
});

@ArgsType()
class MissingCallbackArgs extends MissingCallbackListArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The beginning of the time range in which they should have come. Default: no limit.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The end of that time range. Default: now. Sessions and domains count as silent as of this moment, judged by what is recorded now.',
  })
  to?: number | null;

  @Field(() => Int, {
    defaultValue: silentAfterSecondsDefault,
    description: `Seconds without a callback after which a live session is LIVE_BUT_SILENT, 1 to ${silentAfterSecondsMax}.`,
  })
  silentAfterSeconds!: number;
}

/** The time that was asked for, and when a session is silent, in milliseconds. @throws LedgerError - BAD_USER_INPUT */
function missingCallbackTimesOf({ silentAfterSeconds, ...times }: MissingCallbackArgs): {
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
} {
  if (silentAfterSeconds < 1 || silentAfterSeconds > silentAfterSecondsMax) {
    throw new LedgerError('BAD_USER_INPUT', `silentAfterSeconds must be 1 to ${silentAfterSecondsMax}.`);
  }
  return { window: openWindowOf(times), silentAfterMs: silentAfterSeconds * 1_000 };
}

@Resolver(() => MissingCallback)
export class MissingCallbackResolver {
  @Query(() => MissingCallbackConnection, {
    nullable: true,
    complexity: (cost) => analysisCost + pageCost(cost),
    description: `Callbacks that should have come in a time range and did not, each with what shows it. Computed again for each page from what is recorded then; \`totalCount\` is exact. ${statisticsWithin}`,
  })
  async missingCallbacks(
    @Ctx() context: GraphqlContext,
    @Args(() => MissingCallbackArgs) args: MissingCallbackArgs,
  ): Promise<Connection<MissingCallback>> {
    const { filter, orderBy, ...rest } = args;
    const list: OrderedList<MissingCallbackOrder> = {
      name: 'missingCallbacks',
      order: toListOrder(orderBy, 'EXPECTED_AT'),
    };
    const { direction, from, rowsMax } = toPageRequest(list, rest);
    const { answer, checkpoint, version } = await context.analyses.ask({
      kind: 'missingCallbacks',
      condition: toCondition(missingCallbackFields, filter),
      ...missingCallbackTimesOf(args),
      order: list.order,
      direction,
      from,
      rowsMax,
    });
    return toConnection({ list, direction, page: { ...answer, checkpoint }, toNode, version }, context);
  }

  @FieldResolver(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description: 'The session. It is read separately from the analysis, so its facts can be slightly newer or older.',
  })
  streamSession(@Root() { sessionRow }: MissingCallback, @Ctx() { readModel }: GraphqlContext): StreamSession | null {
    const row = sessionRow === null ? null : readModel.streamSessionById(sessionRow);
    return row === null ? null : toStreamSession(row);
  }

  @FieldResolver(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description:
      'The relay task. It is read separately from the analysis, so its facts can be slightly newer or older.',
  })
  relayTask(@Root() { taskRow }: MissingCallback, @Ctx() { readModel }: GraphqlContext): RelayTask | null {
    const row = taskRow === null ? null : readModel.relay.taskByRow(taskRow);
    return row === null ? null : toRelayTask(row);
  }
}

type CallbackType = Pick<MissingCallback, 'eventType' | 'callbackEvent'>;

const typeOf: Readonly<Record<MissingReason, CallbackType>> = {
  SUPERSEDED_WITHOUT_END: { eventType: 0, callbackEvent: null },
  LIVE_BUT_SILENT: { eventType: 0, callbackEvent: null },
  END_WITHOUT_START: { eventType: 1, callbackEvent: null },
  RUN_WITHOUT_START: { eventType: 314, callbackEvent: 'TaskStart' },
  FILE_WITHOUT_START: { eventType: 314, callbackEvent: 'VodSourceFileStart' },
  DOMAIN_SILENT: { eventType: null, callbackEvent: null },
};

function toNode(row: MissingCallbackRow): MissingCallback {
  const { reason, firstPosition, run, file } = row;
  // A file without an index has a URL, which may have credentials.
  const ofFile = file === null ? null : (file.index ?? derivedUuid(file.url ?? ''));
  return { ...row, ...typeOf[reason], id: writePartId('MissingCallback', [reason, firstPosition, run, ofFile]) };
}
