import { GraphQLJSON } from 'graphql-scalars';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { parseJsonObject } from '../../domain/callback/json-object.ts';
import type { CallbackField } from '../../read-models/listing.ts';
import { connect } from '../lists/connect.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { CallbackFilter } from '../inputs/callback-filter.ts';
import { CallbackOrderInput, toListOrder } from '../inputs/list-order.ts';
import { PageArgs } from '../inputs/page-args.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { withoutCredentials } from '../to-graphql/redact.ts';
import { toCallbackRecord, toStreamSession } from '../to-graphql/records.ts';
import { CallbackRecord, CallbackRecordConnection } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';
import { toRelayTask } from '../to-graphql/relay-task.ts';
import { RelayTask } from '../types/relay-task.ts';
import { StreamSession } from '../types/stream-session.ts';

@Resolver(() => CallbackRecord)
export class CallbackRecordResolver {
  @Query(() => CallbackRecordConnection, {
    complexity: pageCost,
    description:
      'Every recorded callback; where no order is given, newest first: by the place of its first arrival in the log.',
  })
  callbacks(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => CallbackFilter, { nullable: true, description: 'Which callbacks; all where nothing is said.' })
    filter: CallbackFilter | null,
    @Arg('orderBy', () => CallbackOrderInput, {
      nullable: true,
      description: 'The order; by RECORDED, DESC where nothing is said.',
    })
    orderBy: CallbackOrderInput | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<CallbackRecord> {
    const { readModel, log } = context;
    return connect(
      {
        list: { name: 'callbacks', order: toListOrder(orderBy, 'RECORDED') },
        condition: toCondition<CallbackField>(filter),
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
  body(@Root() { position }: CallbackRecord, @Ctx() { bodies, role }: GraphqlContext): Promise<unknown> {
    return bodies.read(position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      if (!parsed.ok) return null;
      return role === 'operator' ? parsed.object : withoutCredentials(parsed.object);
    });
  }
}
