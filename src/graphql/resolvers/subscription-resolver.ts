import { Arg, Ctx, Resolver, Subscription } from 'type-graphql';
import type { CallbackField, Condition, RelayTaskField, StreamSessionField } from '../../read-models/listing.ts';
import { changingFields, unchangingPart } from '../../read-models/conditions.ts';
import type { GraphqlContext } from '../context.ts';
import { CallbackFilter } from '../inputs/callback-filter.ts';
import { RelayTaskFilter } from '../inputs/relay-task-filter.ts';
import { StreamSessionFilter } from '../inputs/stream-session-filter.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { openLiveSource, type LiveSource } from '../subscriptions/live-source.ts';
import { CursorScalar } from '../scalars.ts';
import { toCallbackRecord, toStreamSession } from '../to-graphql/records.ts';
import { toRelayTask } from '../to-graphql/relay-task.ts';
import { RecordedCallback, RelayTaskChange, StreamSessionChange } from '../types/changes.ts';

const afterDescription =
  'A log cursor, such as `liveFrom` of a list: all that came after it is told first, then what comes, without a gap or a repeat. Where nothing is said: from now on.';

const leftDescription =
  'Also tells what fits the unchanging part of the filter (ids, names, addresses) but not, or no longer, the rest, with `matches` false.';

/** Subscribes to nothing by itself: `openBySubscribing` in `schema.ts` puts the method below in this place. */
const subscribe = (): never => {
  throw new TypeError('This subscription was not made ready.');
};

interface Complexity {
  readonly childComplexity: number;
}

/** What one message may touch. */
const complexity = ({ childComplexity }: Complexity) => 1 + childComplexity;

/** Each method opens the source that its subscription follows; each of its events then is the value of the field. */
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => StreamSessionChange, {
    subscribe,
    complexity,
    description:
      'Stream sessions at their changes, in the order of the log: each at its last change, with its newest state. While catching up that is once; live, at every change, changes projected together being told as one. A redelivery is no change. Where the projection was replaced: the error RESYNC.',
  })
  streamSessionChanged(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => StreamSessionFilter, {
      nullable: true,
      description: 'Which sessions; all where nothing is said.',
    })
    filter: StreamSessionFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
    @Arg('left', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: leftDescription,
    })
    left: boolean | null,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition<StreamSessionField>(filter);
    const orFits = orFitsOf(condition, left === true, changingFields.streamSessions);
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.streamSessions({ condition, orFits }),
        projectionVersion: readModel.version,
        tell: ({ row, matches }, cursor) => ({ cursor, matches, streamSession: toStreamSession(row) }),
      },
      context,
    );
  }

  @Subscription(() => RelayTaskChange, {
    subscribe,
    complexity,
    description:
      'Relay tasks at their changes, in the order of the log: each at its last change, with its newest state. While catching up that is once; live, at every change, changes projected together being told as one. A redelivery is no change. Where the projection was replaced: the error RESYNC.',
  })
  relayTaskChanged(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => RelayTaskFilter, { nullable: true, description: 'Which tasks; all where nothing is said.' })
    filter: RelayTaskFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
    @Arg('left', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: leftDescription,
    })
    left: boolean | null,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition<RelayTaskField>(filter);
    const orFits = orFitsOf(condition, left === true, changingFields.relayTasks);
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.relayTasks({ condition, orFits }),
        projectionVersion: readModel.version,
        tell: ({ row, matches }, cursor) => ({ cursor, matches, relayTask: toRelayTask(row) }),
        // Its runs, files and alarms are read after it.
        standsAt: (place) => readModel.changes.isRelayTaskAt(place),
      },
      context,
    );
  }

  @Subscription(() => RecordedCallback, {
    subscribe,
    complexity,
    description:
      'Every recorded callback, exactly once, at its first arrival, in the order of the log. A redelivery sends nothing.',
  })
  callbackRecorded(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => CallbackFilter, { nullable: true, description: 'Which callbacks; all where nothing is said.' })
    filter: CallbackFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
  ): Promise<LiveSource> {
    const { readModel, log } = context;
    const condition = toCondition<CallbackField>(filter);
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.callbacks({ condition, orFits: null }),
        projectionVersion: null,
        tell: ({ row }, cursor) => ({ cursor, callback: toCallbackRecord(row, log) }),
      },
      context,
    );
  }
}

function orFitsOf<Field extends string>(
  condition: Condition<Field>,
  left: boolean | null,
  changing: ReadonlySet<Field>,
): Condition<Field> | null {
  return left ? unchangingPart(condition, changing) : null;
}
