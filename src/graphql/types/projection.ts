import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { SpoolBacklog } from '../../kernel/spool-backlog.ts';
import type { ReadModelBuild as Build } from '../../read-models/read-model-reader.ts';
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

@ObjectType({
  description:
    'Read models that are being built, beside those that answer or before the first ones can. They answer when they have caught up with the log.',
})
export class ReadModelBuild implements Build {
  @Field(() => Int, { description: 'The version that they will have.' })
  version!: number;

  @Field(() => String, { description: 'Why they are built.' })
  because!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Position of the last event that they have. Null if there is none yet.',
  })
  position!: bigint | null;

  @Field(() => Int, { description: 'Events of the log that they do not have yet.' })
  lagEvents!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Why building has stopped, for example because the disk is full. It is tried again. Null while it goes on.',
  })
  stalledBecause!: string | null;
}

@ObjectType({ description: 'How far a projection has read the log: whether the answers to queries are up to date.' })
export class Projection {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, {
    description:
      'The version that answers. A new version is built from the whole log, beside an older one that answers meanwhile if it can. While none answers, the version that is being built.',
  })
  version!: number;

  @Field(() => Boolean, {
    description:
      'Whether queries are answered. False while there are no complete read models: then everything but `projections` is refused with STORE_UNAVAILABLE.',
  })
  serving!: boolean;

  @Field(() => ReadModelBuild, {
    nullable: true,
    description:
      'What is being built. Null if nothing is. Where its version differs, the answers stay as they are until it is complete.',
  })
  build!: ReadModelBuild | null;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Position of the last projected event. Null if there is none yet.',
  })
  position!: bigint | null;

  @Field(() => Int, { description: 'Events of the log that the answers do not have yet.' })
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
