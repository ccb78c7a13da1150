import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { timelineOwners, type TimelineOwner } from '../../read-models/timeline.ts';
import { pageNodesMax } from '../inputs/list-args.ts';
import { DateTimeScalar } from '../scalars.ts';
import { CallbackRecord } from './callback-record.ts';
import { enumOf } from './enum-of.ts';

/** Entries of a timeline unless the client asks for another number. */
export const timelineEntriesDefault = 100;

/** What a timeline costs beside its entries, in nodes: up to 10,000 callbacks are looked at. */
export const timelineCost = 500;

const TimelineOwnerEnum = enumOf<TimelineOwner>(timelineOwners);
registerEnumType(TimelineOwnerEnum, {
  name: 'TimelineOwner',
  description: 'Whose callback an entry of a timeline is.',
  valuesConfig: {
    SESSION: { description: 'Of the session itself.' },
    NEIGHBOUR: { description: 'Of another session of the same stream: see `callback.streamSession`.' },
    RELAY_TASK: { description: 'Of a relay task that fed the session: see `callback.relayTask`.' },
    STREAM: { description: 'Of nothing but the stream, which it names: recordings, screenshots and others.' },
  },
});

@ObjectType({ description: 'A callback in the timeline of a session.' })
export class TimelineEntry {
  @Field(() => DateTimeScalar, {
    name: 'at',
    description: 'When it happened, by CSS’s clock; if the callback has no time, when it arrived.',
  })
  atMs!: number;

  @Field(() => TimelineOwnerEnum, { description: 'Whose callback it is.' })
  owner!: TimelineOwner;

  @Field(() => CallbackRecord, { description: 'The callback.' })
  callback!: CallbackRecord;
}

@ObjectType({ description: 'What happened to the stream of a session in its time.' })
export class SessionTimeline {
  @Field(() => DateTimeScalar, {
    name: 'from',
    description: 'The beginning of its time: 60 s before the session began.',
  })
  fromMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'to',
    nullable: true,
    description: 'The end of its time: 60 s after the session ended, or the next one began. Null while it is live.',
  })
  toMs!: number | null;

  @Field(() => [TimelineEntry], { description: 'By time, then in the order of the log.' })
  entries!: TimelineEntry[];

  @Field(() => Boolean, {
    description:
      'Whether there is nothing after the last entry. Otherwise ask again with its `at` as `from`: entries of that moment come again.',
  })
  isComplete!: boolean;
}

@ArgsType()
export class TimelineArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Only what happened then or later. Default: all.' })
  from?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of entries, 1 to ${pageNodesMax}. Default: ${timelineEntriesDefault}.`,
  })
  first?: number | null;
}
