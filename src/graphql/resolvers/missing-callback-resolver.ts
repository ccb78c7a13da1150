import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type {
  MissingCallback as MissingCallbackRow,
  MissingCallbackField,
  MissingReason,
} from '../../read-models/analysis/missing-callbacks.ts';
import type { GraphqlContext } from '../context.ts';
import { analysisCost, pageCost } from '../cost.ts';
import { toCondition } from '../inputs/filters.ts';
import { toListOrder } from '../inputs/list-args.ts';
import { MissingCallbackArgs, missingCallbackTimesOf } from '../inputs/statistics/missing-callback-args.ts';
import { toConnection, toPageRequest, toSortedKey, toSortedPage, type OrderedList } from '../lists/connect.ts';
import { textForRole } from '../to-graphql/redact.ts';
import { toRelayTask } from '../to-graphql/relay-task.ts';
import { toStreamSession } from '../to-graphql/stream-session.ts';
import type { Connection } from '../types/connection.ts';
import { MissingCallback, MissingCallbackConnection, MissingFile } from '../types/missing-callback.ts';
import { RelayTask } from '../types/relay-task.ts';
import { StreamSession } from '../types/stream-session.ts';

@Resolver(() => MissingCallback)
export class MissingCallbackResolver {
  @Query(() => MissingCallbackConnection, {
    nullable: true,
    complexity: (cost) => analysisCost + pageCost(cost),
    description:
      'Callbacks that should have come in a time range and did not, each with what shows it. Computed again for each page from what is recorded then; `totalCount` is exact. Answers within 2 seconds or fails with OPERATION_TIMEOUT.',
  })
  async missingCallbacks(
    @Ctx() context: GraphqlContext,
    @Args(() => MissingCallbackArgs) args: MissingCallbackArgs,
  ): Promise<Connection<MissingCallback>> {
    const { filter, orderBy, ...rest } = args;
    const list: OrderedList<'missingCallbacks'> = {
      name: 'missingCallbacks',
      order: toListOrder(orderBy, 'EXPECTED_AT'),
    };
    const { direction, from, rowsMax } = toPageRequest(list, rest);
    const { answer, checkpoint, version } = await context.analyses.ask({
      kind: 'missingCallbacks',
      condition: toCondition<MissingCallbackField>(filter),
      ...missingCallbackTimesOf(args),
      ...{ order: list.order, direction, from: toSortedKey(from), rowsMax },
    });
    return toConnection({ list, direction, page: toSortedPage(answer, checkpoint), toNode, version }, context);
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

@Resolver(() => MissingFile)
export class MissingFileResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The URL in its newest callback. Operators read it as sent; for viewers, "(hidden)" replaces its query and login.',
  })
  url(@Root() { url }: MissingFile, @Ctx() { role }: GraphqlContext): string | null {
    return textForRole(url, role);
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
  return { ...row, ...typeOf[row.reason] };
}
