import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphqlContext } from '../context.ts';
import { Projection } from '../types/projection.ts';

/** Poisoned events that are listed; the log of the process names all of them. */
const poisonedListedMax = 100;

/** Relay callbacks without a task that are counted: beyond that, a count costs more than it is worth. */
const withoutTaskCountedMax = 10_000;

@Resolver()
export class ProjectionResolver {
  @Query(() => [Projection], {
    complexity: 1,
    description: 'How far each projection has read the log: whether the answers to queries are up to date.',
  })
  async projections(@Ctx() { readModel, progress, health }: GraphqlContext): Promise<Projection[]> {
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
        replicaBrokenBecause: health.replicaBrokenBecause(),
        spool: health.spooled(),
        poisoned: readModel.poisoned(poisonedListedMax),
      },
    ];
  }
}
