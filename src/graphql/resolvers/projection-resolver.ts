import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { ReadModelReader } from '../../read-models/read-model-reader.ts';
import type { GraphqlContext } from '../context.ts';
import { PoisonedEvent, Projection } from '../types/projection.ts';

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
    @Ctx() { readModel, progress, health }: GraphqlContext,
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

  // Of these nothing is known where no read model answers: each is refused by itself.

  @FieldResolver()
  relayCallbacksWithoutTask(@Ctx() { readModel }: GraphqlContext): number {
    return readModel.relay.callbacksWithoutTask(withoutTaskCountedMax);
  }

  @FieldResolver(() => [PoisonedEvent])
  poisoned(@Ctx() { readModel }: GraphqlContext): readonly PoisonedEvent[] {
    return readModel.poisoned(poisonedListedMax);
  }
}

/** Null where no read model answers. */
function answeringOf(readModel: ReadModelReader): Pick<Projection, 'version' | 'position'> | null {
  try {
    return { version: readModel.version, position: readModel.checkpoint() };
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'STORE_UNAVAILABLE') return null;
    throw error;
  }
}
