import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context.ts';
import { Projection } from '../types/projection.ts';

/** Poisoned events that are listed; what there are more of needs the log of the process. */
const poisonedListedMax = 100;

/** Relay callbacks without a task that are counted: counting more would cost more than knowing more is worth. */
const withoutTaskCountedMax = 10_000;

@Resolver()
export class ProjectionResolver {
  @Query(() => [Projection], {
    complexity: 1,
    description: 'How far each projection has read the log: whether what queries answer is fresh.',
  })
  async projections(@Ctx() { readModel, progress, health: standing }: GraphqlContext): Promise<Projection[]> {
    const { events, ms } = await progress.lag();
    const stalledBecause = progress.stalledBecause();
    return [
      {
        name: readModel.name,
        version: readModel.version,
        position: readModel.checkpoint(),
        lagEvents: events,
        lagMs: ms,
        relayCallbacksWithoutTask: readModel.relay.callbacksWithoutTask(withoutTaskCountedMax),
        stalled: stalledBecause !== null,
        stalledBecause,
        notFollowedBecause: standing.replicaBrokenBecause(),
        spool: standing.spooled(),
        poisoned: readModel.poisoned(poisonedListedMax),
      },
    ];
  }
}
