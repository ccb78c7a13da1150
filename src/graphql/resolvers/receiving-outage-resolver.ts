import { Args, Ctx, FieldResolver, Query, Resolver, Root, Int } from 'type-graphql';
import type { GraphqlContext } from '../context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../cost.ts';
import { OpenWindowArgs, readOpenWindow } from '../inputs/open-window-args.ts';
import { MissingCallback } from '../types/missing-callback.ts';
import type { OutageCause } from '../../domain/receiving/receiving-outage.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumType, objectType, orNull } from '../types/declare.ts';

const OutageCauseEnum = enumType<OutageCause>('OutageCause', 'Why no callbacks could be taken.', {
  STOPPED:
    'The process was stopped, until it was started again. Behind the primary process, callbacks wait for the next one meanwhile.',
  LOST: 'The process ended without being stopped, or the log was restored from an older copy. `from` is when the newest callback that is left was recorded: the process may have taken callbacks for a while after that, had any come.',
  STORE_UNAVAILABLE: 'The log could not be written, and no spool had room: callbacks were refused.',
  STORE_OVERLOADED: 'Too many callbacks were waiting to be made durable: others were refused.',
});

const ReceivingOutage = objectType(
  'ReceivingOutage',
  'A time in which one receiving node could not take callbacks. With the embedded log, which has one node, nobody could take them then. With several nodes another one may have: no callback says which node took it, so the log cannot say either. Recorded by the node itself, once it could take them again: one that goes on is not listed.',
  {
    cause: [OutageCauseEnum, 'Why.'],
    fromMs: [DateTimeScalar, 'Since when, by the clock of the node.'],
    toMs: [DateTimeScalar, 'Until when: of a stop the next start, of refusals the last one.'],
    refused: [
      orNull(Int),
      'How many callbacks were refused, repetitions included. Null where nobody could answer them.',
    ],
    node: [
      orNull(String),
      'The node, by a random name that is kept in its DATA_DIR: another one may have taken callbacks meanwhile. Null with the embedded log, which has one.',
    ],
  },
);
type ReceivingOutage = InstanceType<typeof ReceivingOutage>;

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
