import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { EndSide } from '../../../domain/stream-session/interruption-codes.ts';
import { reconnectWithinMs } from '../../../read-models/analysis/session-span.ts';
import type { SessionFigures, SideCount } from '../../../read-models/analysis/session-statistics.ts';
import { EndSideEnum } from '../stream-session.ts';
import { statisticsOf } from './statistics.ts';

@ObjectType({ description: 'How many pushes one side ended.' })
export class InterruptionCount implements SideCount {
  @Field(() => EndSideEnum, { description: 'The side: `endCause.side` of the sessions.' })
  side!: EndSide;

  @Field(() => Int, { description: 'How many of the sessions that ended it ended.' })
  sessions!: number;
}

@ObjectType({ description: 'Stream sessions in figures: those of one time, and of one group where it is a row.' })
class StreamSessionFigures implements SessionFigures {
  @Field(() => Int, {
    description: 'Sessions whose `startedAt` lies in the time. Those with an unknown start are in none.',
  })
  began!: number;

  @Field(() => Int, {
    description:
      'Sessions whose `endedAt` lies in the time. A SUPERSEDED session has no end, so it is never counted here.',
  })
  ended!: number;

  @Field(() => Float, {
    description:
      'Milliseconds for which the sessions pushed, added up; only what lies in the time. A LIVE session pushes on, at most until the answer was made. A SUPERSEDED one, whose interruption was lost, counts until the next session of its stream began: that is when its end is known to have been at the latest. A session with an unknown start, or that ended at an unknown time, counts nothing. A Float, because 25 days of milliseconds exceed Int.',
  })
  pushedMs!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The longest duration of the sessions that ended in the time, in milliseconds: the whole duration, also what lies before the time. It is `pushDurationMs`; where that is unknown, the time from start to end. Null where none with a known duration ended.',
  })
  longestMs!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The median of the same durations, by nearest rank: one of them, never a mean.',
  })
  medianMs!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The 95th percentile of the same durations, by nearest rank: 95 of 100 are not longer.',
  })
  p95Ms!: number | null;

  @Field(() => Int, {
    description: `Of the sessions that began in the time, those that began at most ${reconnectWithinMs / 1_000} s after the session before in their stream had ended, or before it had. Also where that one is SUPERSEDED, because its end was lost; not where it ended at an unknown time. The session before need not match the filter.`,
  })
  reconnects!: number;

  @Field(() => [InterruptionCount], {
    description:
      'The sessions that ended in the time, by the side that ended them; sides that ended none are left out.',
  })
  interruptions!: readonly InterruptionCount[];
}

export const StreamSessionStatistics = statisticsOf<SessionFigures>({
  name: 'StreamSessionStatistics',
  counted: 'stream sessions',
  figures: StreamSessionFigures,
  dimensions: {
    appId: { type: () => ID, description: 'The account. Null unless it was grouped by APP_ID.' },
    domain: {
      type: () => String,
      description: 'The push domain. Null unless it was grouped by DOMAIN, and for sessions without one.',
    },
    path: {
      type: () => String,
      description: 'The push path. Null unless it was grouped by PATH, and for sessions without one.',
    },
    streamId: {
      type: () => String,
      description: 'The stream name. Null unless it was grouped by STREAM_ID, and for sessions without one.',
    },
    node: {
      type: () => String,
      description: 'The CSS access point. Null unless it was grouped by NODE, and for sessions without one.',
    },
    endSide: {
      type: () => EndSideEnum,
      description:
        'The side that ended the sessions. Null unless it was grouped by END_SIDE, and for sessions that have not ended.',
    },
    endCode: {
      type: () => Int,
      description:
        'The code of the interruption. Null unless it was grouped by END_CODE, and for sessions without one.',
    },
  },
});
