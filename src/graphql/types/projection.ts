import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { SpoolBacklog } from '../../kernel/spool-backlog.ts';
import type { PoisonedEvent as PoisonedEventRow } from '../../read-models/rows.ts';
import { BigIntScalar } from '../scalars.ts';

@ObjectType({ description: 'An event of the log that could not be projected and was skipped.' })
export class PoisonedEvent implements PoisonedEventRow {
  @Field(() => BigIntScalar, { description: 'Its position in the log.' })
  position!: bigint;

  @Field(() => String, { description: 'The stream that contains it.' })
  streamName!: string;

  @Field(() => String, { description: 'What was wrong with it, without any of its content.' })
  reason!: string;
}

@ObjectType({ description: 'Callbacks that are durable in this process and wait to be appended to the log.' })
export class Spool implements SpoolBacklog {
  @Field(() => Int, { description: 'Events that wait. No query shows them yet.' })
  events!: number;

  @Field(() => Float, { description: 'Bytes of their data and metadata.' })
  bytes!: number;

  @Field(() => Float, { description: 'Milliseconds since the oldest of them arrived. 0 if none waits.' })
  oldestAgeMs!: number;

  @Field(() => Int, { description: 'Events that the log refuses permanently. They stay in the spool.' })
  eventsRefused!: number;
}

@ObjectType({ description: 'How far a projection has read the log: whether the answers to queries are up to date.' })
export class Projection {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, { description: 'Its version. A new version is built from the whole log.' })
  version!: number;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Position of the last projected event. Null if there is none yet.',
  })
  position!: bigint | null;

  @Field(() => Int, { description: 'Events of the log that are not projected yet.' })
  lagEvents!: number;

  @Field(() => Float, {
    description:
      'Age of the oldest event that is not projected yet, in whole milliseconds; or the time since this node last knew that the log had no more events, if that is longer. 0 if everything is projected.',
  })
  lagMs!: number;

  @Field(() => Int, {
    description:
      'Relay callbacks without a task, such as exits that name no task and match none or several. Counted up to 10,000.',
  })
  relayCallbacksWithoutTask!: number;

  @Field(() => Boolean, {
    description: 'Whether it has stopped, for example because the disk is full. It retries every two seconds.',
  })
  stalled!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it has stopped. Null while it runs.' })
  stalledBecause!: string | null;

  @Field(() => String, {
    name: 'notFollowedBecause',
    nullable: true,
    description:
      'Why this node can’t read the log at the moment, for example because the event store is unavailable; there may be more events than `lagEvents` counts. Null while it can, and with the embedded log.',
  })
  replicaBrokenBecause!: string | null;

  @Field(() => Spool, {
    nullable: true,
    description: 'The spool of the process that answers. Null if it has none, as with the embedded log.',
  })
  spool!: Spool | null;

  @Field(() => [PoisonedEvent], {
    description: 'Events that could not be projected and were skipped, newest first, at most 100.',
  })
  poisoned!: readonly PoisonedEvent[];
}
