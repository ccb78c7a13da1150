import { Field, Float, Int, ObjectType } from 'type-graphql';
import { BigIntScalar } from '../scalars.ts';

@ObjectType({ description: 'An event of the log that could not be projected and was passed over.' })
export class PoisonedEvent {
  @Field(() => BigIntScalar, { description: 'Its place in the log.' })
  position!: bigint;

  @Field(() => String, { description: 'The stream it stands in.' })
  streamName!: string;

  @Field(() => String, { description: 'What was wrong with it, without anything of its content.' })
  reason!: string;
}

@ObjectType({ description: 'Callbacks that are durable in this process, and wait to be appended to the log.' })
export class Spool {
  @Field(() => Int, { description: 'Events that wait. They are in no query yet.' })
  events!: number;

  @Field(() => Float, { description: 'Bytes of their data and metadata.' })
  bytes!: number;

  @Field(() => Float, { description: 'Milliseconds since the oldest of them came. 0 where none waits.' })
  oldestAgeMs!: number;

  @Field(() => Int, { description: 'Events that the log refuses for good. They stay in the spool.' })
  eventsRefused!: number;
}

@ObjectType({ description: 'How far a projection has read the log: whether what queries answer is fresh.' })
export class Projection {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, { description: 'Its version. A new one is built from the whole log.' })
  version!: number;

  @Field(() => BigIntScalar, { nullable: true, description: 'The last event projected. Null: none yet.' })
  position!: bigint | null;

  @Field(() => Int, { description: 'Events of the log that are not projected yet.' })
  lagEvents!: number;

  @Field(() => Float, {
    description:
      'Age of the oldest of those, in whole milliseconds; or how long ago the log was last known to have no more, where that is longer. 0 where there is none.',
  })
  lagMs!: number;

  @Field(() => Int, {
    description: 'Relay callbacks that fit no task, such as exits that name none: counted up to 10,000.',
  })
  relayCallbacksWithoutTask!: number;

  @Field(() => Boolean, { description: 'Whether it has stopped, as on a full disk. It tries again every two seconds.' })
  stalled!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it has stopped. Null while it runs.' })
  stalledBecause!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the log is not followed just now, as while the event store is away: there may be more than lagEvents tells. Null while it is followed, and with the embedded log.',
  })
  notFollowedBecause!: string | null;

  @Field(() => Spool, {
    nullable: true,
    description:
      'What waits in the spool of the process that answers. Null where it has none, as with the embedded log.',
  })
  spool!: Spool | null;

  @Field(() => [PoisonedEvent], {
    description: 'Events that could not be projected and were passed over, newest first, at most 100.',
  })
  poisoned!: readonly PoisonedEvent[];
}
