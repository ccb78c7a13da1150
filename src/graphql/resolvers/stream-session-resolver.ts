import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { StreamSessionField } from '../../read-models/listing.ts';
import { callbacksOf } from '../lists/callbacks-of.ts';
import { connect } from '../lists/connect.ts';
import type { GraphqlContext } from '../context.ts';
import { pageCost } from '../cost.ts';
import { StreamSessionOrderInput, toListOrder } from '../inputs/list-order.ts';
import { PageArgs } from '../inputs/page-args.ts';
import { StreamSessionFilter } from '../inputs/stream-session-filter.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { asRoleMayRead, hidden } from '../to-graphql/redact.ts';
import { accountsNamedMax, toStreamSession } from '../to-graphql/records.ts';
import { CallbackRecordConnection, type CallbackRecord } from '../types/callback-record.ts';
import type { Connection } from '../types/connection.ts';
import { toRelayTask } from '../to-graphql/relay-task.ts';
import { RelayTask } from '../types/relay-task.ts';
import { StreamSession, StreamSessionConnection } from '../types/stream-session.ts';

/** Tasks that a session names at most; more than one pushing to the same stream is a fault already. */
const relayTasksMax = 100;
const relayTasksCost = 20;

@Resolver(() => StreamSession)
export class StreamSessionResolver {
  @Query(() => StreamSession, {
    nullable: true,
    complexity: 1,
    description:
      'The stream session with this sequence; null where no callback with it was recorded. Where several accounts use the sequence and no appId is given: the error AMBIGUOUS_ID.',
  })
  streamSession(
    @Ctx() { readModel }: GraphqlContext,
    @Arg('sequence', () => ID, { description: 'The sequence, 18 to 19 digits, as a string.' }) sequence: string,
    @Arg('appId', () => ID, { nullable: true, description: 'The account, where several use the same sequence.' })
    appId: string | null,
  ): StreamSession | null {
    const rows = readModel.streamSessionsBySequence(sequence, appId ?? null, accountsNamedMax);
    if (rows.length > 1) {
      throw new LedgerError('AMBIGUOUS_ID', 'Several accounts use this sequence; set appId to one of them.', {
        appIds: rows.map(({ session }) => session.appId),
      });
    }
    return rows[0] === undefined ? null : toStreamSession(rows[0]);
  }

  @Query(() => StreamSessionConnection, {
    complexity: pageCost,
    description:
      'Stream sessions; where no order is given, newest first: by start, or by first arrival where the start is unknown.',
  })
  streamSessions(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('filter', () => StreamSessionFilter, {
      nullable: true,
      description: 'Which sessions; all where nothing is said.',
    })
    filter: StreamSessionFilter | null,
    @Arg('orderBy', () => StreamSessionOrderInput, {
      nullable: true,
      description: 'The order; by STARTED_AT, DESC where nothing is said.',
    })
    orderBy: StreamSessionOrderInput | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<StreamSession> {
    return connect(
      {
        list: { name: 'streamSessions', order: toListOrder(orderBy, 'STARTED_AT') },
        condition: toCondition<StreamSessionField>(filter),
        page,
        read: (request) => context.readModel.streamSessions(request),
        toNode: toStreamSession,
      },
      context,
      info,
    );
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Query of the push URL: `stream_param`. It carries credentials, so viewers read "(hidden)"; operators read it as sent.',
  })
  streamParam(@Root() { streamParamAsSent }: StreamSession, @Ctx() { role }: GraphqlContext): string | null {
    return streamParamAsSent === null || role === 'operator' ? streamParamAsSent : hidden;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      '`errmsg` of the interruption, as CSS wrote it. Viewers read "(hidden)" for queries and logins of URLs in it.',
  })
  endMessage(@Root() { endMessageAsSent }: StreamSession, @Ctx() { role }: GraphqlContext): string | null {
    return asRoleMayRead(endMessageAsSent, role);
  }

  @FieldResolver(() => [RelayTask], {
    complexity: ({ childComplexity }: { childComplexity: number }) => 1 + relayTasksCost * (1 + childComplexity),
    description:
      'Relay tasks that fed it, newest first, at most 100: their to_url names its domain, path and stream, and one of their runs overlaps it in time (within 60 s).',
  })
  relayTasks(@Root() { rowId }: StreamSession, @Ctx() { readModel }: GraphqlContext): RelayTask[] {
    return readModel.relay.tasksFeeding(rowId, relayTasksMax).map(toRelayTask);
  }

  @FieldResolver(() => CallbackRecordConnection, {
    complexity: pageCost,
    description: 'The callbacks this session was folded from, newest first; conflicting ones too.',
  })
  callbacks(
    @Root() { rowId }: StreamSession,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
  ): Connection<CallbackRecord> {
    return callbacksOf('sessionRow', rowId, page, context, info);
  }
}
