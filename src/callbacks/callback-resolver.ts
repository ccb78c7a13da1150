import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from './json-object.ts';
import { callbackFields, type CallbackOrder } from './callback-fields.ts';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { toCondition } from '../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { CallbackFilter, CallbackRecord, CallbackRecordConnection, toCallbackRecord } from './callback-type.ts';
import { withoutCredentials } from '../api/redact.ts';
import { toRelayTask, toRelayTasks } from '../relay/relay-record-type.ts';
import { StreamSession, toStreamSession } from '../sessions/stream-session-type.ts';
import { RelayTask } from '../relay/relay-task-type.ts';

const CallbackOrderInput = orderOf('Callback', 'callbacks', ordersOf(callbackFields));

const CallbackListArgs = listArgsOf<CallbackOrder>(CallbackFilter, CallbackOrderInput, {
  listed: 'callbacks',
  byDefault: 'RECORDED',
});

@Resolver(() => CallbackRecord)
export class CallbackRecordResolver {
  @Query(() => CallbackRecordConnection, {
    nullable: true,
    complexity: pageCost,
    description: 'All recorded callbacks. By default the newest first, by position of their first arrival in the log.',
  })
  callbacks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => CallbackListArgs) { filter, orderBy, ...page }: ListArgs<CallbackOrder>,
  ): Connected<CallbackRecord> {
    const { readModel, log } = context;
    return connect(
      {
        list: { name: 'callbacks', order: toListOrder(orderBy, 'RECORDED') },
        condition: toCondition(callbackFields, filter),
        page,
        read: (request) => readModel.callbacks(request),
        toNode: (row) => toCallbackRecord(row, log),
      },
      context,
      info,
    );
  }

  @FieldResolver(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description:
      'The session that a push or interruption belongs to. Null for other callbacks, and for those without a sequence.',
  })
  streamSession(
    @Root() { sessionId, past }: CallbackRecord,
    @Ctx() { readModel }: GraphqlContext,
  ): StreamSession | null {
    const row = sessionId === null ? null : (past ?? readModel).streamSessionById(sessionId);
    return row === null ? null : toStreamSession(row, past);
  }

  @FieldResolver(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description:
      'The task that a relay callback belongs to. Null for other callbacks, and for those that were not matched to a task.',
  })
  relayTask(@Root() { taskRow, past }: CallbackRecord, @Ctx() { readModel }: GraphqlContext): RelayTask | null {
    const row = taskRow === null ? null : (past ?? readModel).relay.taskByRow(taskRow);
    return row === null ? null : toRelayTask(row, past);
  }

  @FieldResolver(() => [RelayTask], {
    complexity: innerListComplexity,
    description:
      'The tasks that an exit without a task id may belong to, at most 20, if there are several and nothing decides between them. Otherwise empty.',
  })
  attributionCandidates(
    @Root() { position, taskRow, past }: CallbackRecord,
    @Ctx() { readModel }: GraphqlContext,
  ): RelayTask[] {
    if (taskRow !== null) return [];
    const candidates = (past ?? readModel).relay.attributionCandidates(position, innerListMax);
    return toRelayTasks(candidates, past);
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body of its first arrival. Integers beyond 2^53 are strings of their digits. Operators read all of it; for viewers, "(hidden)" replaces stream_param, sign, callback_url, and queries and logins of URLs.',
  })
  body(@Root() { position }: CallbackRecord, @Ctx() { bodies, role }: GraphqlContext): Promise<unknown> {
    return bodies.read(position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      if (!parsed.ok) return null;
      return role === 'operator' ? parsed.object : withoutCredentials(parsed.object);
    });
  }
}
