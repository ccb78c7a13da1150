import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type {
  MissingCallback as MissingCallbackRow,
  MissingCallbackField,
  MissingReason,
} from './missing-callbacks.ts';
import type { GraphqlContext } from '../../api/context.ts';
import { analysisCost, pageCost } from '../../api/cost.ts';
import { toCondition } from '../../lists/filters-type.ts';
import { toListOrder } from '../../lists/list-args-type.ts';
import { MissingCallbackArgs, missingCallbackTimesOf } from './missing-callback-args-resolver.ts';
import {
  toConnection,
  toPageRequest,
  toSortedKey,
  toSortedPage,
  type OrderedList,
} from '../../lists/connect-resolver.ts';
import { textForRole } from '../../api/redact.ts';
import { toRelayTask } from '../../relay/relay-record-type.ts';
import { toStreamSession } from '../../sessions/to-stream-session-type.ts';
import type { Connection } from '../../lists/connection-type.ts';
import { MissingCallback, MissingCallbackConnection, MissingFile } from './missing-callback-type.ts';
import { RelayTask } from '../../relay/relay-task-type.ts';
import { StreamSession } from '../../sessions/stream-session-type.ts';

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
