import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import { OpenWindowArgs, readOpenWindow } from '../analysis/statistics/open-window-args-type.ts';
import { toForwardTarget } from '../forwarding/to-forward-target-type.ts';
import { Alert, EndedAlert } from './alert-type.ts';
import { ForwardTarget } from '../forwarding/forward-target-type.ts';

const rule = 'Alerts are for operators.';

/** A list that is in memory, and two plain lists of at most 100 entries for each of at most 16 targets. */
const listCost = { alerts: 100, targets: 200 };

@Resolver(() => Alert)
export class AlertResolver {
  @Query(() => [Alert], {
    nullable: true,
    complexity: listCost.alerts,
    description:
      'Alerts that have begun and have not ended, in the order of their rules, at most 500. Empty without rules. For operators.',
  })
  alerts(@Ctx() context: GraphqlContext): readonly Alert[] {
    assertOperator(context, rule);
    return context.alerts.list();
  }

  @Query(() => [EndedAlert], {
    nullable: true,
    complexity: pageCost,
    description:
      'Alerts that ended in a time range, the latest end first. Covers the current rules, as far back as the log goes. For operators.',
  })
  endedAlerts(
    @Ctx() context: GraphqlContext,
    @Args(() => OpenWindowArgs) window: OpenWindowArgs,
  ): Promise<readonly EndedAlert[]> {
    assertOperator(context, rule);
    const { fromMs, toMs } = readOpenWindow(window);
    return context.alerts.ended(fromMs, toMs, window.first);
  }

  @Query(() => [ForwardTarget], {
    nullable: true,
    complexity: listCost.targets,
    description:
      'The targets of alert messages: how far each is, and which messages it has not accepted. Empty without rules. For operators.',
  })
  async alertTargets(@Ctx() context: GraphqlContext): Promise<ForwardTarget[]> {
    assertOperator(context, rule);
    const targets = await context.alerts.targets();
    return targets.map((target) => toForwardTarget(target, () => context.alerts.setAside(target.name)));
  }
}
