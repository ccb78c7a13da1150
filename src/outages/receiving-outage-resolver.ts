import { Args, Ctx, FieldResolver, Query, Resolver, Root, Int } from 'type-graphql';
import type { GraphqlContext } from '../api/context.ts';
import { innerListComplexity, innerListMax, pageCost } from '../api/cost.ts';
import { OpenWindowArgs, readOpenWindow } from '../analysis/windows-type.ts';
import { MissingCallback } from '../analysis/missing/missing-callback-resolver.ts';
import type { OutageCause } from './receiving-outage-events.ts';
import { DateTimeScalar, enumType, objectType, orNull } from '../api/declare-type.ts';

const OutageCauseEnum = enumType<OutageCause>('OutageCause', 'Why a node could not receive callbacks.', {
  STOPPED:
    'The process was stopped, until it was started again. While a supervisor keeps the port, callbacks wait for the next process.',
  LOST: 'The process ended without being stopped, or the log was restored from an older copy. `from` is when the newest callback that is left was recorded; after that, the process may still have been ready for a while without receiving any.',
  STORE_UNAVAILABLE: 'The log could not be written, and no spool had room, so callbacks were refused.',
  STORE_OVERLOADED: 'Too many callbacks were waiting to be made durable, so others were refused.',
});

const ReceivingOutage = objectType(
  'ReceivingOutage',
  'A period in which one receiving node could not receive callbacks. With the embedded log there is only one node, so nothing was received then. With several nodes another one may have received callbacks: no callback says which node it went to, so the log cannot say either. The node records an outage itself once it can receive again, so an ongoing one is not listed.',
  {
    cause: [OutageCauseEnum, 'Why.'],
    fromMs: [DateTimeScalar, 'When it began, by the clock of the node.'],
    toMs: [
      DateTimeScalar,
      'When it ended, by the clock of the node: for a stop the next start, for refusals the last refusal.',
    ],
    refused: [
      orNull(Int),
      'How many callbacks were refused, including repetitions. Null if the node could not answer at all.',
    ],
    node: [
      orNull(String),
      'The node, by a random name kept in its DATA_DIR; another node may have received callbacks meanwhile. Null with the embedded log, which has one node.',
    ],
  },
);
type ReceivingOutage = InstanceType<typeof ReceivingOutage>;

/** Milliseconds: callbacks take a while to arrive, and the clocks of CSS and of this service differ. */
const toleranceMs = 60_000;

@Resolver(() => MissingCallback)
export class ReceivingOutageResolver {
  @Query(() => [ReceivingOutage], {
    nullable: true,
    complexity: pageCost,
    description:
      'Periods in which callbacks could not be received, newest first: stops, ends without a stop, and refusals. Lists those that overlap the requested time range, among the 10,000 most recently recorded. Periods shorter than a second in which nothing was refused are not recorded.',
  })
  receivingOutages(
    @Ctx() { ports: { outages } }: GraphqlContext,
    @Args(() => OpenWindowArgs) window: OpenWindowArgs,
  ): Promise<readonly ReceivingOutage[]> {
    const { fromMs, toMs } = readOpenWindow(window);
    return outages.between(fromMs, toMs - 1, window.first);
  }

  @FieldResolver(() => [ReceivingOutage], {
    complexity: innerListComplexity,
    description:
      'Outages of receiving between `expectedFrom` and `expectedTo`, give or take 60 s, newest first, at most 100: the callback may have been lost in one of them. CSS repeats a callback without a 200 for up to 13 minutes, relay callbacks perhaps not at all.',
  })
  outages(
    @Root() { expectedFromMs, expectedToMs }: MissingCallback,
    @Ctx() { ports: { outages } }: GraphqlContext,
  ): Promise<readonly ReceivingOutage[]> {
    return outages.between((expectedFromMs ?? expectedToMs) - toleranceMs, expectedToMs + toleranceMs, innerListMax);
  }
}
