import { IsOptional, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, Resolver, Subscription, type ClassType } from 'type-graphql';
import { callbackFields } from '../../callbacks/callback-fields.ts';
import { CallbackFilter, CallbackRecord, toCallbackRecord } from '../../callbacks/callback-type.ts';
import { Alert, alertFields, AlertFilter, alertsRule } from '../../alerts/alert-resolver.ts';
import { incidentFields } from '../../incidents/incident-fields.ts';
import { Incident, IncidentFilter, toIncident } from '../../incidents/incident-resolver.ts';
import { isMet, unchangingPart } from '../../lists/listing.ts';
import { toCondition } from '../../lists/conditions.ts';
import { changingFields } from '../../lists/list-fields.ts';
import type { ListFilter } from '../../lists/list-args-type.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import { RelayTask, RelayTaskFilter, toRelayTask } from '../../relay/relay-task-type.ts';
import { relayTaskFields } from '../../relay/relay-task-fields.ts';
import { StreamSession, StreamSessionFilter, toStreamSession } from '../../sessions/stream-session-type.ts';
import { assertOperator, type GraphqlContext } from '../context.ts';
import { CursorScalar, DateTimeScalar, objectType, orNull } from '../declare-type.ts';
import { byChanges, openLiveSource, type LiveSource } from './live-source.ts';

const cursorDescription =
  'A log cursor right after this change: a subscription that resumes with it as `after` misses and repeats nothing.';

const matchesDescription =
  'Whether it matches the filter after the change. False only with `left: true`, so that a client can remove it from its list of matches.';

const StreamSessionChange = objectType('StreamSessionChange', 'A stream session that changed, in its newest state.', {
  cursor: [CursorScalar, cursorDescription],
  matches: [Boolean, matchesDescription],
  streamSession: [StreamSession, 'The session.'],
});

const RelayTaskChange = objectType('RelayTaskChange', 'A relay task that changed, in its newest state.', {
  cursor: [CursorScalar, cursorDescription],
  matches: [Boolean, matchesDescription],
  relayTask: [RelayTask, 'The task.'],
});

const AlertChange = objectType('AlertChange', 'An alert that began or ended.', {
  cursor: [CursorScalar, cursorDescription],
  alert: [Alert, 'The alert. Its summary and facts are those of its beginning.'],
  endedAtMs: [orNull(DateTimeScalar), 'When it ended, by the clock of this service. Null: it began.'],
});

const IncidentChange = objectType('IncidentChange', 'An incident that began or changed, as it is now.', {
  cursor: [CursorScalar, cursorDescription],
  matches: [Boolean, matchesDescription],
  incident: [Incident, 'The incident.'],
});

interface LiveArgs {
  readonly filter?: ListFilter | null;
  readonly after?: string | null;
}

interface ChangeArgs extends LiveArgs {
  readonly left?: boolean | null;
}

/** Makes the arguments of a subscription to callbacks. */
function liveArgsOf(filterType: ClassType, listed: string): ClassType<LiveArgs> {
  @ArgsType()
  class LiveArgsInput implements LiveArgs {
    @Field(() => filterType, { nullable: true, description: `Which ${listed}. Default: all.` })
    @IsOptional()
    @ValidateNested()
    filter?: ListFilter | null;

    @Field(() => CursorScalar, {
      nullable: true,
      description:
        'A log cursor, such as `liveFrom` of a list. The subscription first sends everything after it, then what comes next, without gaps or repeats. Default: from now on.',
    })
    after?: string | null;
  }
  return LiveArgsInput;
}

/** Makes the arguments of a subscription to rows that change. */
function changeArgsOf(filterType: ClassType, listed: string): ClassType<ChangeArgs> {
  @ArgsType()
  class ChangeArgsInput extends liveArgsOf(filterType, listed) implements ChangeArgs {
    @Field(() => Boolean, {
      nullable: true,
      defaultValue: false,
      description:
        'Whether to also send, with `matches` false, rows that match the unchanging part of the filter (ids, names, addresses) but do not, or no longer, match the rest.',
    })
    left?: boolean | null;
  }
  return ChangeArgsInput;
}

const StreamSessionChangeArgs = changeArgsOf(StreamSessionFilter, 'sessions');
const RelayTaskChangeArgs = changeArgsOf(RelayTaskFilter, 'tasks');
const IncidentChangeArgs = changeArgsOf(IncidentFilter, 'incidents');
const AlertChangeArgs = liveArgsOf(AlertFilter, 'alerts');
const RecordedCallbackArgs = liveArgsOf(CallbackFilter, 'callbacks');

const changesDescription = (rows: string, one: string) =>
  `${rows} that changed, in the order of the log: each at the position of its last change, in its newest state. While catching up, each ${one} is sent once. After that it is sent at every change; changes that were projected together are sent as one. A redelivery is not a change. Ends with the error RESYNC if the projection was replaced.`;

/** Never called: `subscribeByMethod` in schema.ts replaces it with the method. */
const subscribe = (): never => {
  throw new TypeError('The schema was built without subscribeByMethod.');
};

/** The nodes that one message may touch. */
const complexity = ({ childComplexity }: { readonly childComplexity: number }) => 1 + childComplexity;

/** Each method opens the source of its subscription, whose events are the root values of messages. */
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => StreamSessionChange, {
    subscribe,
    complexity,
    description: changesDescription('Stream sessions', 'session'),
  })
  streamSessionChanged(
    @Ctx() context: GraphqlContext,
    @Args(() => StreamSessionChangeArgs) { filter, after = null, left }: ChangeArgs,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition(streamSessionFields, filter);
    const orFits = left === true ? unchangingPart(condition, changingFields(streamSessionFields)) : null;
    const read = byChanges((changes) => changes.streamSessions({ condition, orFits }));
    return openLiveSource(
      {
        after,
        read,
        projectionVersion: readModel.version,
        valueOf: ({ row, matches }, cursor) => ({
          streamSessionChanged: { cursor, matches, streamSession: toStreamSession(row) },
        }),
      },
      context,
    );
  }

  @Subscription(() => RelayTaskChange, {
    subscribe,
    complexity,
    description: changesDescription('Relay tasks', 'task'),
  })
  relayTaskChanged(
    @Ctx() context: GraphqlContext,
    @Args(() => RelayTaskChangeArgs) { filter, after = null, left }: ChangeArgs,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition(relayTaskFields, filter);
    const orFits = left === true ? unchangingPart(condition, changingFields(relayTaskFields)) : null;
    const read = byChanges((changes) => changes.relayTasks({ condition, orFits }));
    return openLiveSource(
      {
        after,
        read,
        projectionVersion: readModel.version,
        valueOf: ({ row, matches }, cursor) => ({ relayTaskChanged: { cursor, matches, relayTask: toRelayTask(row) } }),
      },
      context,
    );
  }

  @Subscription(() => IncidentChange, {
    subscribe,
    complexity,
    description: `${changesDescription('Incidents', 'incident')} An incident that a late callback shows to be none is not sent.`,
  })
  incidentChanged(
    @Ctx() context: GraphqlContext,
    @Args(() => IncidentChangeArgs) { filter, after = null, left }: ChangeArgs,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition(incidentFields, filter);
    const orFits = left === true ? unchangingPart(condition, changingFields(incidentFields)) : null;
    const read = byChanges((changes) => changes.incidents({ condition, orFits }));
    return openLiveSource(
      {
        after,
        read,
        madeTo: readModel.incidentsMadeTo(),
        projectionVersion: readModel.version,
        valueOf: ({ row, matches }, cursor) => ({ incidentChanged: { cursor, matches, incident: toIncident(row) } }),
      },
      context,
    );
  }

  @Subscription(() => CallbackRecord, {
    subscribe,
    complexity,
    description:
      'All recorded callbacks, each exactly once, at its first arrival, in the order of the log. A redelivery sends nothing.',
  })
  callbackRecorded(
    @Ctx() context: GraphqlContext,
    @Args(() => RecordedCallbackArgs) { filter, after = null }: LiveArgs,
  ): Promise<LiveSource> {
    const { log } = context.ports;
    const condition = toCondition(callbackFields, filter);
    const read = byChanges((changes) => changes.callbacks({ condition, orFits: null }));
    return openLiveSource(
      {
        after,
        read,
        projectionVersion: null,
        valueOf: ({ row }) => ({ callbackRecorded: toCallbackRecord(row, log) }),
      },
      context,
    );
  }

  @Subscription(() => AlertChange, {
    subscribe,
    complexity,
    description:
      'Alerts that begin and end, each exactly once, in the order of the log, by the rules of this node. For operators.',
  })
  alertChanged(
    @Ctx() context: GraphqlContext,
    @Args(() => AlertChangeArgs) { filter, after = null }: LiveArgs,
  ): Promise<LiveSource> {
    assertOperator(context, alertsRule);
    const { alerts } = context.ports;
    const condition = toCondition(alertFields, filter);
    return openLiveSource(
      {
        after,
        async read(readModel, position, changesMax) {
          const upTo = readModel.checkpoint() ?? 0n;
          const { changes, ...rest } = await alerts.changes({ after: position, upTo, changesMax });
          return { ...rest, changes: changes.filter(({ row: { rule, when } }) => isMet(condition, { rule, when })) };
        },
        projectionVersion: null,
        valueOf: ({ row }, cursor) => ({ alertChanged: { cursor, alert: row, endedAtMs: row.endedAtMs } }),
      },
      context,
    );
  }
}
