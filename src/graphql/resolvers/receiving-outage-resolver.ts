import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../cost.ts';
import { OpenWindowArgs, readOpenWindow } from '../inputs/open-window-args.ts';
import { MissingCallback } from '../types/missing-callback.ts';
import { ReceivingOutage } from '../types/receiving-outage.ts';

/** Milliseconds: callbacks take a while, and the clocks of CSS and of this service differ. */
const toleranceMs = 60_000;

@Resolver(() => MissingCallback)
export class ReceivingOutageResolver {
  @Query(() => [ReceivingOutage], {
    nullable: true,
    complexity: pageCost,
    description:
      'Times in which callbacks could not be taken, newest first: stops, ends without a stop, and refusals. Those with a moment in common with the time that was asked for, of the 10,000 newest that were recorded. Shorter ones than a second, in which nothing was refused, are not recorded.',
  })
  receivingOutages(
    @Ctx() { outages }: GraphqlContext,
    @Args(() => OpenWindowArgs) window: OpenWindowArgs,
  ): Promise<readonly ReceivingOutage[]> {
    const { fromMs, toMs } = readOpenWindow(window);
    return outages.between(fromMs, toMs - 1, window.first);
  }

  @FieldResolver(() => [ReceivingOutage], {
    complexity: innerListComplexity,
    description:
      'Times between `expectedFrom` and `expectedTo`, give or take 60 s, in which a node could not take callbacks, newest first, at most 100: the callback may have been lost in one of them. CSS repeats what it got no 200 for up to 13 minutes, relay callbacks perhaps not at all.',
  })
  outages(
    @Root() { expectedFromMs, expectedToMs }: MissingCallback,
    @Ctx() { outages }: GraphqlContext,
  ): Promise<readonly ReceivingOutage[]> {
    return outages.between((expectedFromMs ?? expectedToMs) - toleranceMs, expectedToMs + toleranceMs, innerListMax);
  }
}
