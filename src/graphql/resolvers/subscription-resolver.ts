import { Arg, Ctx, Resolver, Subscription } from 'type-graphql';
import { unchangingPart } from '../../read-models/conditions.ts';
import {
  relayTaskFields,
  streamSessionFields,
  type CallbackField,
  type Condition,
  type RelayTaskField,
  type StreamSessionField,
} from '../../read-models/listing.ts';
import type { GraphqlContext } from '../context.ts';
import { CallbackFilter, RelayTaskFilter, StreamSessionFilter } from '../inputs/filters.ts';
import type { ListFilter } from '../inputs/list-args.ts';
import { toCondition } from '../inputs/to-condition.ts';
import { CursorScalar } from '../scalars.ts';
import { openLiveSource, type LiveSource } from '../subscriptions/live-source.ts';
import { toCallbackRecord } from '../to-graphql/callback-record.ts';
import { toRelayTask } from '../to-graphql/relay-task.ts';
import { toStreamSession } from '../to-graphql/stream-session.ts';
import { RecordedCallback, RelayTaskChange, StreamSessionChange } from '../types/changes.ts';

const afterDescription =
  'A log cursor, such as `liveFrom` of a list: everything after it is sent first, then what follows, without a gap or a repeat. Default: from now on.';

const leftDescription =
  'Whether to also send, with `matches` false, what matches the unchanging part of the filter (ids, names, addresses) but not, or no longer, the rest.';

/** Never called: `subscribeByMethod` in schema.ts replaces it by the method. */
const subscribe = (): never => {
  throw new TypeError('The schema was built without subscribeByMethod.');
};

/** The nodes that one message may touch. */
const complexity = ({ childComplexity }: { readonly childComplexity: number }) => 1 + childComplexity;

/** Each method opens the source of its subscription; each event of the source is then the value of the field. */
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => StreamSessionChange, {
    subscribe,
    complexity,
    description:
      'Stream sessions that changed, in the order of the log: each at the position of its last change, in its newest state. While catching up, each session is sent once; live, it is sent at every change, with changes that were projected together sent as one. A redelivery is not a change. Ends with the error RESYNC if the projection was replaced.',
  })
  streamSessionChanged(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => StreamSessionFilter, { nullable: true, description: 'Which sessions. Default: all.' })
    filter: ListFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
    @Arg('left', () => Boolean, { nullable: true, defaultValue: false, description: leftDescription })
    left: boolean | null,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition<StreamSessionField>(filter);
    const orFits = left === true ? unchangingPart(condition, streamSessionFields.changing) : null;
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.streamSessions({ condition, orFits }),
        projectionVersion: readModel.version,
        valueOf: ({ row, matches }, cursor) => ({ cursor, matches, streamSession: toStreamSession(row) }),
      },
      context,
    );
  }

  @Subscription(() => RelayTaskChange, {
    subscribe,
    complexity,
    description:
      'Relay tasks that changed, in the order of the log: each at the position of its last change, in its newest state. While catching up, each task is sent once; live, it is sent at every change, with changes that were projected together sent as one. A redelivery is not a change. Ends with the error RESYNC if the projection was replaced.',
  })
  relayTaskChanged(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => RelayTaskFilter, { nullable: true, description: 'Which tasks. Default: all.' })
    filter: ListFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
    @Arg('left', () => Boolean, { nullable: true, defaultValue: false, description: leftDescription })
    left: boolean | null,
  ): Promise<LiveSource> {
    const { readModel } = context;
    const condition = toCondition<RelayTaskField>(filter);
    const orFits = left === true ? unchangingPart(condition, relayTaskFields.changing) : null;
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.relayTasks({ condition, orFits }),
        projectionVersion: readModel.version,
        valueOf: ({ row, matches }, cursor) => ({ cursor, matches, relayTask: toRelayTask(row) }),
        // Its runs, files and alarms are read after the row.
        isCurrent: (at) => readModel.changes.isRelayTaskAt(at),
      },
      context,
    );
  }

  @Subscription(() => RecordedCallback, {
    subscribe,
    complexity,
    description:
      'All recorded callbacks, each exactly once, at its first arrival, in the order of the log. A redelivery sends nothing.',
  })
  callbackRecorded(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => CallbackFilter, { nullable: true, description: 'Which callbacks. Default: all.' })
    filter: ListFilter | null,
    @Arg('after', () => CursorScalar, { nullable: true, description: afterDescription }) after: string | null,
  ): Promise<LiveSource> {
    const { readModel, log } = context;
    const condition: Condition<CallbackField> = toCondition(filter);
    return openLiveSource(
      {
        after: after ?? null,
        prepare: () => readModel.changes.callbacks({ condition, orFits: null }),
        projectionVersion: null,
        valueOf: ({ row }, cursor) => ({ cursor, callback: toCallbackRecord(row, log) }),
      },
      context,
    );
  }
}
