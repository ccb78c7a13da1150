import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { CallbackRecord, toCallbackRecord } from '../callbacks/callback-type.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { filterOf } from '../lists/filters-type.ts';
import { toCondition } from '../lists/conditions.ts';
import { listArgsOf, orderOf, ordersOf, PageArgs, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import { RelayTask, toRelayTask } from '../relay/relay-task-type.ts';
import {
  StreamSession,
  StreamSessionConnection,
  toStreamSession,
  EndSideEnum,
  PushRegionEnum,
} from '../sessions/stream-session-type.ts';
import {
  incidentFields,
  type IncidentOrder,
  readIncidentId,
  writeIncidentId,
  type IncidentRow,
} from './incident-fields.ts';
import { summaryOf, causeOf, conclusionOf, liveThen } from './incident-words.ts';
import { enumType, objectType, conclusionFields } from '../api/declare-type.ts';
import { writeNodeId } from '../api/node-id.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import { connectionOf, Node, readerOf, shownFields } from '../lists/connection-type.ts';
import type { FailureKind } from './failure.ts';
import type { IncidentState } from './incident.ts';

const IncidentStateEnum = enumType<IncidentState>('IncidentState', 'Whether an incident is over.', {
  ONGOING: 'Nothing has come back since its newest failure.',
  RECOVERING: 'Streams are back, and none has failed since the last one came back.',
  OVER: 'All streams that failed are back, or are not waited for any more: the record goes on for a day after the last failure.',
});

const FailureKindEnum = enumType<FailureKind>('FailureKind', 'What failed.', {
  PUSH: 'Pushes that were running: their interruptions say that a fault ended them.',
  ATTEMPT: 'Attempts to push, which CSS refused.',
  RELAY_RUN: 'Runs of relay tasks: they exited with a code other than 0.',
});

const enums = {
  IncidentState: IncidentStateEnum,
  FailureKind: FailureKindEnum,
  EndSide: EndSideEnum,
  PushRegion: PushRegionEnum,
};

/** The input by which the list selects incidents. */
export const IncidentFilter = filterOf('IncidentFilter', 'incidents', incidentFields, { enums });

export const Incident = objectType(
  'Incident',
  'Streams that failed together, more of them than is usual for what they have in common, and what became of them. It follows from recorded callbacks alone: a late callback may change it, or show that there was none.',
  {
    id: [ID, 'Opaque id of this node. It is another one if a late callback shows that it began at another hour.'],
    incidentId: [ID, 'Its short id, as `incident` takes it.'],
    ...shownFields(incidentFields, enums),
    cause: [String, 'What happened, in one sentence without numbers.'],
    advice: [String, 'What an operator can do about it.'],
    ...conclusionFields,
  },
  { implements: Node },
);
export type Incident = InstanceType<typeof Incident> & {
  /** For the resolvers. */
  row: IncidentRow;
};

/** A page of incidents, by Relay's specification. */
const IncidentConnection = connectionOf(Incident, 'Incident', 'incidents');

/** A row of the read model as an object of the schema. */
export function toIncident(row: IncidentRow): Incident {
  return new IncidentNode(row);
}

/** Makes each field when it is selected: a page has up to 500 of them. */
class IncidentNode extends readerOf<IncidentRow, typeof incidentFields>(incidentFields) implements Incident {
  declare readonly row: IncidentRow;
  private concluded: Conclusion | null = null;

  get incidentId(): string {
    return writeIncidentId(this.row.number);
  }

  get id(): string {
    return writeNodeId({ type: 'Incident', incidentId: this.incidentId });
  }

  get cause(): string {
    return causeOf(this.row).cause;
  }

  get advice(): string {
    return causeOf(this.row).advice;
  }

  get sureness() {
    return this.conclusion.sureness;
  }

  get because() {
    return this.conclusion.because;
  }

  get alternative() {
    return this.conclusion.alternative;
  }

  private get conclusion(): Conclusion {
    return (this.concluded ??= conclusionOf(this.row));
  }
}

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
