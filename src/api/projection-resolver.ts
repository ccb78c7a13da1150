import { Ctx, FieldResolver, Query, Resolver, Float, Int } from 'type-graphql';
import { LedgerError } from '../kernel/errors.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { GraphqlContext } from './context.ts';
import { BigIntScalar, objectType, orNull } from './declare-type.ts';

const PoisonedEvent = objectType('PoisonedEvent', 'An event of the log that could not be projected and was skipped.', {
  position: [BigIntScalar, 'Its position in the log.'],
  streamName: [String, 'The stream that contains it.'],
  reason: [String, 'What was wrong with it, without any of its content.'],
});
type PoisonedEvent = InstanceType<typeof PoisonedEvent>;

const Spool = objectType(
  'Spool',
  'Callbacks that are durable in the answering process and wait to be appended to the log.',
  {
    events: [Int, 'The number of waiting events. No query shows them yet.'],
    bytes: [Float, 'Bytes of their data and metadata.'],
    oldestAgeMs: [Float, 'Milliseconds since the oldest of them arrived. 0 if none is waiting.'],
    eventsRefused: [Int, 'Events that the log refuses permanently. They stay in the spool.'],
  },
);

const ReadModelBuild = objectType(
  'ReadModelBuild',
  'Read models being built, beside the answering ones or before there are any. They answer once they have caught up with the log.',
  {
    version: [Int, 'The version that they will have.'],
    because: [String, 'Why they are being built.'],
    position: [orNull(BigIntScalar), 'Position of their last projected event. Null if there is none yet.'],
    lagEvents: [Int, 'Events of the log that they have not projected yet.'],
    stalledBecause: [
      orNull(String),
      'Why the build has stopped, for example because the disk is full. It is retried. Null while it goes on.',
    ],
  },
);

const Projection = objectType(
  'Projection',
  'How far a projection has read the log: whether the answers to queries are up to date.',
  {
    name: [String, 'Its name.'],
    version: [
      Int,
      'The answering version. A new version is built from the whole log; if possible, an older one answers meanwhile. If none answers, the version being built.',
    ],
    serving: [
      Boolean,
      'Whether queries are answered. False while there are no complete read models; until then everything but `projections` is refused with STORE_UNAVAILABLE.',
    ],
    build: [
      orNull(ReadModelBuild),
      'The read models being built. Null if there are none. If their version differs, answers do not change until the build is complete.',
    ],
    position: [orNull(BigIntScalar), 'Position of the last projected event. Null if there is none yet.'],
    lagEvents: [Int, 'Events of the log that answers do not include yet.'],
    lagMs: [
      Float,
      'Age of the oldest event that is not projected yet, in whole milliseconds. If longer, the time since this node last knew that the log had no more events. 0 if everything is projected.',
    ],
    relayCallbacksWithoutTask: [
      Int,
      'Relay callbacks without a task, such as exits that name no task and match none or several. Counted up to 10,000.',
    ],
    stalled: [Boolean, 'Whether it has stopped, for example because the disk is full. It retries every two seconds.'],
    stalledBecause: [orNull(String), 'Why it has stopped. Null while it runs.'],
    replicaBrokenBecause: [
      orNull(String),
      'Why this node can’t read the log at the moment, for example because the event store is unavailable. There may then be more events than `lagEvents` counts. Null while it can, and with the embedded log.',
      { name: 'notFollowedBecause' },
    ],
    spool: [orNull(Spool), 'The spool of the answering process. Null if it has none, as with the embedded log.'],
    poisoned: [[PoisonedEvent], 'Events that could not be projected and were skipped, newest first, at most 100.'],
  },
);
type Projection = InstanceType<typeof Projection>;

/** Poisoned events that are listed; the log of the process names all of them. */
const poisonedListedMax = 100;

/** Relay callbacks without a task that are counted: beyond that, a count costs more than it is worth. */
const withoutTaskCountedMax = 10_000;

/** The one projection there is. */
const projectionName = 'ledger';

@Resolver(() => Projection)
export class ProjectionResolver {
  @Query(() => [Projection], {
    nullable: true,
    complexity: 1,
    description: 'How far each projection has read the log: whether the answers to queries are up to date.',
  })
  async projections(
    @Ctx() { readModel, ports: { progress, health } }: GraphqlContext,
  ): Promise<Omit<Projection, 'relayCallbacksWithoutTask' | 'poisoned'>[]> {
    const answering = answeringOf(readModel);
    const build = await progress.build();
    const { events, ms } = await progress.lag();
    const stalledBecause = progress.stalledBecause();
    return [
      {
        name: projectionName,
        version: answering?.version ?? build?.version ?? 0,
        serving: answering !== null,
        position: answering?.position ?? null,
        build,
        lagEvents: events,
        lagMs: ms,
        stalled: stalledBecause !== null,
        stalledBecause,
        replicaBrokenBecause: health.replicaBrokenBecause(),
        spool: health.spooled(),
      },
    ];
  }

  // None of these is known if no read model answers: each is refused by itself.

  @FieldResolver()
  relayCallbacksWithoutTask(@Ctx() { readModel }: GraphqlContext): number {
    return readModel.relay.callbacksWithoutTask(withoutTaskCountedMax);
  }

  @FieldResolver(() => [PoisonedEvent])
  poisoned(@Ctx() { readModel }: GraphqlContext): readonly PoisonedEvent[] {
    return readModel.poisoned(poisonedListedMax);
  }
}

/** Null if no read model answers. */
function answeringOf(readModel: ReadModelReader): Pick<Projection, 'version' | 'position'> | null {
  try {
    return { version: readModel.version, position: readModel.checkpoint() };
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNAVAILABLE') return null;
    throw error;
  }
}
