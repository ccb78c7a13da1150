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

  @Field(() => Float, { description: 'Age of the oldest of those, in whole milliseconds. 0 where there is none.' })
  lagMs!: number;

  @Field(() => Int, {
    description: 'Relay callbacks that fit no task, such as exits that name none: counted up to 10,000.',
  })
  relayCallbacksWithoutTask!: number;

  @Field(() => Boolean, { description: 'Whether it has stopped, as on a full disk. It tries again every two seconds.' })
  stalled!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it has stopped. Null while it runs.' })
  stalledBecause!: string | null;

  @Field(() => [PoisonedEvent], {
    description: 'Events that could not be projected and were passed over, newest first, at most 100.',
  })
  poisoned!: readonly PoisonedEvent[];
}
