import { ArgsType, Field, Int } from 'type-graphql';
import type { TimelineOwner } from './callback-rows.ts';
import { pageNodesMax } from '../lists/list-args-type.ts';
import { conclusionFields } from '../api/conclusion-type.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../api/declare-type.ts';
import { CallbackRecord } from './callback-type.ts';

/** Entries of a timeline unless the client asks for another number. */
export const timelineEntriesDefault = 100;

/** Cost of a timeline besides its entries, in nodes: up to 10,000 callbacks are examined. One operation can have 20 of ten entries. */
export const timelineCost = 400;

const TimelineOwnerEnum = enumType<TimelineOwner>('TimelineOwner', 'What a callback in a timeline belongs to.', {
  SESSION: 'The session itself.',
  NEIGHBOUR: 'Another session of the same stream: see `callback.streamSession`.',
  RELAY_TASK: 'A relay task that fed the session: see `callback.relayTask`.',
  STREAM:
    'The session, by what the callback names: recordings, screenshots, push errors and others. `sureness` says how sure that is.',
});

const TimelineEntry = objectType('TimelineEntry', 'A callback in the timeline of a session.', {
  atMs: [DateTimeScalar, 'When it happened, by CSS’s clock, or when it arrived if the callback has no time.'],
  orderedAtMs: [
    DateTimeScalar,
    'The time by which it is ordered: `at`; of a callback without a time, the latest time of all that had arrived before it.',
  ],
  owner: [TimelineOwnerEnum, 'What the callback belongs to.'],
  ...conclusionFields,
  callback: [CallbackRecord, 'The callback.'],
});

export const SessionTimeline = objectType(
  'SessionTimeline',
  'What happened to the stream of a session during the session.',
  {
    fromMs: [DateTimeScalar, 'The beginning of the timeline: 60 s before the session began.'],
    toMs: [
      orNull(DateTimeScalar),
      'The end of the timeline: 60 s after the session ended or the next one began. Null while it is live.',
    ],
    entries: [[TimelineEntry], 'The entries by time, then in the order of the log.'],
    isComplete: [
      Boolean,
      'Whether there is nothing after the last entry. If false, ask again with its `orderedAt` as `from`; entries of that moment are repeated.',
    ],
  },
);
export type SessionTimeline = InstanceType<typeof SessionTimeline>;

@ArgsType()
export class TimelineArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries at this time or later. Default: all.' })
  from?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `The number of entries, 1 to ${pageNodesMax}. Default: ${timelineEntriesDefault}.`,
  })
  first?: number | null;
}
