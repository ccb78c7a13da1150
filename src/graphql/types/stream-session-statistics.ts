import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { EndSide } from '../../domain/stream-session/interruption-codes.ts';
import { reconnectWithinMs } from '../../read-models/analysis/session-span.ts';
import { CursorScalar, DateTimeScalar } from '../scalars.ts';
import { EndSideEnum } from './stream-session.ts';

@ObjectType({ description: 'How many pushes one side ended.' })
export class InterruptionCount {
  @Field(() => EndSideEnum, { description: 'The side: `endCause.side` of the sessions.' })
  side!: EndSide;

  @Field(() => Int, { description: 'How many of the sessions that ended it ended.' })
  sessions!: number;
}

@ObjectType({ description: 'Stream sessions in figures: those of one time, and of one group where it is a row.' })
export class StreamSessionFigures {
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

@ObjectType({ description: 'The figures of one group of stream sessions in one time.' })
export class StreamSessionStatisticsRow extends StreamSessionFigures {
  @Field(() => DateTimeScalar, {
    name: 'from',
    description: 'The beginning of the hour, day or week, or of the whole time that was asked for where that is later.',
  })
  fromMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'to',
    description: 'Its end, which is no longer part of it; or that of the whole time, where that is earlier.',
  })
  toMs!: number;

  @Field(() => ID, { nullable: true, description: 'The account. Null unless it was grouped by APP_ID.' })
  appId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The push domain. Null unless it was grouped by DOMAIN, and for sessions without one.',
  })
  domain!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The push path. Null unless it was grouped by PATH, and for sessions without one.',
  })
  path!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The stream name. Null unless it was grouped by STREAM_ID, and for sessions without one.',
  })
  streamId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The CSS access point. Null unless it was grouped by NODE, and for sessions without one.',
  })
  node!: string | null;

  @Field(() => EndSideEnum, {
    nullable: true,
    description:
      'The side that ended the sessions. Null unless it was grouped by END_SIDE, and for sessions that have not ended.',
  })
  endSide!: EndSide | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The code of the interruption. Null unless it was grouped by END_CODE, and for sessions without one.',
  })
  endCode!: number | null;
}

@ObjectType({ description: 'Stream sessions in figures, all of one state of the ledger.' })
export class StreamSessionStatistics {
  @Field(() => DateTimeScalar, { name: 'from', description: 'The beginning of the time, as it was asked for.' })
  fromMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'to',
    description:
      'The end of the time. Earlier than asked for where that is in the future: then it is when the answer was made.',
  })
  toMs!: number;

  @Field(() => [StreamSessionStatisticsRow], {
    description:
      'The groups, as many as `first` allows. A group with nothing in an hour, day or week has no row for it.',
  })
  rows!: readonly StreamSessionStatisticsRow[];

  @Field(() => Int, { description: 'How many rows there are, also beyond `first`.' })
  rowCount!: number;

  @Field(() => StreamSessionFigures, {
    description: 'The figures of all groups in the whole time, also of those beyond `first`.',
  })
  total!: StreamSessionFigures;

  @Field(() => CursorScalar, {
    description:
      'A log cursor of the state that was counted. Statistics in one operation are of the same state; lists beside them can be of a slightly older one.',
  })
  liveFrom!: string;
}
