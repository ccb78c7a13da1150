import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from '../../domain/json-object.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { CallbackFilter, toConditions } from '../inputs/filters.ts';
import { PageArgs, toPageRequest } from '../inputs/page-args.ts';
import { withoutCredentials } from '../redact.ts';
import { toCallbackRecord, toConnection, toStreamSession } from '../tell.ts';
import { CallbackRecord, CallbackRecordConnection } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';
import { toRelayTask } from '../tell-relay.ts';
import { RelayTask } from '../types/relay-task.ts';
import { StreamSession } from '../types/stream-session.ts';

@Resolver(() => CallbackRecord)
export class CallbackRecordResolver {
  @Query(() => CallbackRecordConnection, {
    complexity: pageCost,
    description: 'Every recorded callback, newest first: by the place of its first arrival in the log.',
  })
  callbacks(
    @Ctx() { readModel }: GraphqlContext,
    @Arg('filter', () => CallbackFilter, { nullable: true, description: 'Which callbacks; all where nothing is said.' })
    filter: CallbackFilter | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<CallbackRecord> {
    const request = toPageRequest('callbacks', page, toConditions(filter));
    return toConnection('callbacks', readModel.callbacks(request), readModel.logId, (row) =>
      toCallbackRecord(row, readModel.logId),
    );
  }

  @FieldResolver(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description:
      'The session that a push or interruption belongs to. Null for other callbacks, and without a sequence.',
  })
  streamSession(@Root() { sessionId }: CallbackRecord, @Ctx() { readModel }: GraphqlContext): StreamSession | null {
    const row = sessionId === null ? null : readModel.streamSessionById(sessionId);
    return row === null ? null : toStreamSession(row);
  }

  @FieldResolver(() => RelayTask, {
    nullable: true,
    complexity: 1,
    description: 'The task that a relay callback belongs to. Null for other callbacks, and for those that fit no task.',
  })
  relayTask(@Root() { taskRow }: CallbackRecord, @Ctx() { readModel }: GraphqlContext): RelayTask | null {
    const row = taskRow === null ? null : readModel.relay.taskByRow(taskRow);
    return row === null ? null : toRelayTask(row);
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The callback as it first arrived. Integers beyond 2^53 are strings of their digits. Viewers read "(hidden)" for stream_param, sign, and queries and logins of URLs; operators read all of it.',
  })
  async body(@Root() { position }: CallbackRecord, @Ctx() { bodies, role }: GraphqlContext): Promise<unknown> {
    const bytes = await bodies.bodyAt(position);
    const parsed = bytes === null ? null : parseJsonObject(bytes);
    if (parsed?.ok !== true) return null;
    return role === 'operator' ? parsed.object : withoutCredentials(parsed.object);
  }
}
