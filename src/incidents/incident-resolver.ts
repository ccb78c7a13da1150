import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { CallbackRecord, toCallbackRecord } from '../callbacks/callback-type.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf, PageArgs, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import { RelayTask, toRelayTask } from '../relay/relay-task-type.ts';
import { StreamSession, StreamSessionConnection, toStreamSession } from '../sessions/stream-session-type.ts';
import { incidentFields, type IncidentOrder } from './incident-fields.ts';
import { readIncidentId } from './incident-rows.ts';
import { Incident, IncidentConnection, IncidentFilter, toIncident } from './incident-type.ts';
import { summaryOf } from './incident-words.ts';
import { liveThen } from './live-then.ts';

const IncidentOrderInput = orderOf('Incident', 'incidents', ordersOf(incidentFields));

const IncidentListArgs = listArgsOf<IncidentOrder>(IncidentFilter, IncidentOrderInput, {
  listed: 'incidents',
  byDefault: 'STARTED_AT',
});

@ArgsType()
class IncidentSessionArgs extends PageArgs {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Only sessions whose streams are not back. Default: all sessions that it ended.',
  })
  notBack?: boolean | null;
}

/** Nodes that counting the sessions of a moment costs as much as. */
const countingCost = 50;

@Resolver(() => Incident)
export class IncidentResolver {
  @Query(() => IncidentConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Incidents: streams that failed together by a fault, how many of them are back, and whether it is over. By default the newest first.',
  })
  incidents(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => IncidentListArgs) { filter, orderBy, ...page }: ListArgs<IncidentOrder>,
  ): Connected<Incident> {
    return connect(
      {
        list: { name: 'incidents', order: toListOrder(orderBy, 'STARTED_AT') },
        condition: toCondition(incidentFields, filter),
        page,
        read: (request) => context.readModel.incidents(request),
        toNode: toIncident,
      },
      context,
      info,
    );
  }

  @Query(() => Incident, {
    nullable: true,
    complexity: 1,
    description: 'The incident with this id; null if there is none.',
  })
  incident(
    @Ctx() { readModel }: GraphqlContext,
    @Arg('incidentId', () => ID, { description: 'Its `incidentId`.' }) incidentId: string,
  ): Incident | null {
    const number = readIncidentId(incidentId);
    const row = number === null ? null : readModel.incident(number);
    return row === null ? null : toIncident(row);
  }

  @FieldResolver(() => String, {
    complexity: countingCost,
    description: 'The incident in one sentence with its numbers and times in UTC.',
  })
  summary(@Root() { row }: Incident, @Ctx() { readModel }: GraphqlContext): string {
    return summaryOf(row, liveThen(row, readModel));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    complexity: countingCost,
    description:
      'How many streams of what it has in common (account, domain, path, region, network of access points) were live when it began; of relay runs, how many relay tasks (of its account, target and host of the source) ran. Null for attempts, and if there were too many to count.',
  })
  of(@Root() { row }: Incident, @Ctx() { readModel }: GraphqlContext): number | null {
    return liveThen(row, readModel);
  }

  @FieldResolver(() => StreamSessionConnection, {
    nullable: true,
    complexity: pageCost,
    description: 'The sessions that it ended, the newest start first.',
  })
  streamSessions(
    @Root() { row: { number } }: Incident,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => IncidentSessionArgs) { notBack, ...page }: IncidentSessionArgs,
  ): Connected<StreamSession> {
    const field = notBack === true ? 'missingIn' : 'incident';
    return connect(
      {
        list: { name: 'streamSessions', order: { by: 'STARTED_AT', descending: true } },
        condition: { field, operator: 'eq', value: number },
        page,
        read: (request) => context.readModel.streamSessions(request),
        toNode: (session) => toStreamSession(session),
      },
      context,
      info,
    );
  }

  @FieldResolver(() => [RelayTask], {
    complexity: innerListComplexity,
    description: 'Relay tasks whose runs it ended, at most 100.',
  })
  relayTasks(@Root() { row: { number } }: Incident, @Ctx() { readModel }: GraphqlContext): RelayTask[] {
    const rows = readModel.tasksOfIncident(number, innerListMax);
    return rows.flatMap((taskRow) => {
      const task = readModel.relay.taskByRow(taskRow);
      return task === null ? [] : [toRelayTask(task)];
    });
  }

  @FieldResolver(() => [CallbackRecord], {
    complexity: innerListComplexity,
    description:
      'The newest callbacks that it follows from, at most 100, the newest first: interruptions, refused attempts, exits of relay tasks.',
  })
  callbacks(
    @Root() { row: { number } }: Incident,
    @Ctx() { readModel, ports: { log } }: GraphqlContext,
  ): CallbackRecord[] {
    return readModel.callbacksOfIncident(number, innerListMax).flatMap((position) => {
      const row = readModel.callbackByPosition(position);
      return row === null ? [] : [toCallbackRecord(row, log)];
    });
  }
}

@Resolver(() => StreamSession)
export class IncidentOfSessionResolver {
  @FieldResolver(() => Incident, {
    nullable: true,
    complexity: 1,
    description: 'The incident that ended it. Null if none did. As it is now, also with `asOf`.',
  })
  incident(@Root() session: StreamSession, @Ctx() { readModel }: GraphqlContext): Incident | null {
    const { appId, sequence, past } = session;
    // Rows of the past have other numbers.
    const rowId = past === undefined ? session.rowId : readModel.streamSessionsBySequence(sequence, appId, 1)[0]?.id;
    const row = rowId === undefined ? null : readModel.incidentOfSession(rowId);
    return row === null ? null : toIncident(row);
  }
}

@Resolver(() => RelayTask)
export class IncidentOfRelayTaskResolver {
  @FieldResolver(() => Incident, {
    nullable: true,
    complexity: 1,
    description:
      'The incident that its last failure is part of. Null if it is part of none. As it is now, also with `asOf`.',
  })
  incident(@Root() task: RelayTask, @Ctx() { readModel }: GraphqlContext): Incident | null {
    const { appId, taskId, past } = task;
    const rowId = past === undefined ? task.rowId : readModel.relay.tasksByTaskId(taskId, appId, 1)[0]?.id;
    const row = rowId === undefined ? null : readModel.incidentOfTask(rowId);
    return row === null ? null : toIncident(row);
  }
}
