import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Broadcast as BroadcastRow } from '../../../read-models/analysis/broadcasts.ts';
import { DateTimeScalar } from '../../scalars.ts';
import { connectionOf } from '../connection.ts';
import { InterruptionCount } from './stream-session-statistics.ts';

@ObjectType({
  description:
    'What viewers of one stream saw as one broadcast: sessions of that stream, each of which began at most `gapMaxSeconds` after the one before it had ended.',
})
export class Broadcast implements BroadcastRow {
  /** For the resolver of `sessions`. */
  sequences!: readonly string[];

  @Field(() => ID, { description: 'The account.' })
  appId!: string;

  @Field(() => String, { description: 'Push domain.' })
  domain!: string;

  @Field(() => String, { description: 'Push path.' })
  path!: string;

  @Field(() => String, { description: 'Stream name.' })
  streamId!: string;

  @Field(() => DateTimeScalar, {
    name: 'startedAt',
    description:
      'When its first session began. Where that is not known, its end or first arrival, whichever is earlier: a session with an unknown start counts from there.',
  })
  startedAtMs!: number;

  @Field(() => DateTimeScalar, {
    name: 'endedAt',
    nullable: true,
    description: 'When its last session ended. Null while it is live, and where that ended at an unknown time.',
  })
  endedAtMs!: number | null;

  @Field(() => Boolean, { description: 'Whether its last session is LIVE.' })
  isLive!: boolean;

  @Field(() => Float, {
    nullable: true,
    description:
      'Milliseconds from its start to its end; while it is live, to the end of the time that was asked for, at most until the answer was made. Null where it ended at an unknown time.',
  })
  durationMs!: number | null;

  @Field(() => Int, { description: 'How many sessions it has, whichever time was asked for.' })
  sessionCount!: number;

  @Field(() => Int, { description: 'How often it was connected again: all its sessions but the first.' })
  reconnects!: number;

  @Field(() => Float, {
    description:
      'The longest time between the end of a session and the beginning of the next, in milliseconds; 0 if there is none. Where an interruption was lost, the session is taken to have ended when the next one began.',
  })
  longestGapMs!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The part of `durationMs` that is no gap, from 0 to 1. Null where it ended at an unknown time.',
  })
  availability!: number | null;

  @Field(() => [InterruptionCount], {
    description:
      'What ended the sessions before each reconnect, by side, lost interruptions as UNKNOWN; sides that ended none are left out. The end of the broadcast itself is not among them.',
  })
  causes!: BroadcastRow['causes'];
}

/** A page of them, with cursors at both ends. */
export const BroadcastConnection = connectionOf(Broadcast, 'Broadcast', 'broadcasts');
