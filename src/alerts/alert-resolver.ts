import { GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { OpenWindowArgs, readOpenWindow } from '../analysis/windows-type.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import { DateTimeScalar, enumType, objectType } from '../api/declare-type.ts';
import { ForwardTarget, toForwardTarget } from '../forwarding/forward-target-resolver.ts';
import { readIncidentId } from '../incidents/incident-fields.ts';
import { Incident, toIncident } from '../incidents/incident-resolver.ts';
import { filterOf } from '../lists/filters-type.ts';
import type { ListFields } from '../lists/list-fields.ts';
import { alertKinds, type AlertKind } from './alert-kinds.ts';

const AlertKindEnum = enumType<AlertKind>(
  'AlertKind',
  'What a rule of alerts is about.',
  Object.fromEntries(alertKinds.map(({ when, description }) => [when, description])) as Record<AlertKind, string>,
);

const fields = {
  id: [String, 'Its id in messages: the same when it begins and when it ends.'],
  rule: [String, 'The name of its rule.'],
  when: [AlertKindEnum, 'What the rule is about.'],
  beganAtMs: [DateTimeScalar, 'When it began, by the clock of this service.'],
  summary: [
    String,
    'What was wrong when it began, in one sentence. If the alert ended although it is unknown whether the problem is over, the summary says so too.',
  ],
  facts: [GraphQLJSON, 'What it was about when it began: names, codes, counts.'],
} as const;

export const Alert = objectType(
  'Alert',
  'An alert that has begun and has not ended, by the rules of `ALERTS_FILE`.',
  fields,
);
export type Alert = InstanceType<typeof Alert>;

const EndedAlert = objectType('EndedAlert', 'An alert that has begun and ended, by the rules of `ALERTS_FILE`.', {
  ...fields,
  endedAtMs: [DateTimeScalar, 'When it ended, by the clock of this service.'],
});
type EndedAlert = InstanceType<typeof EndedAlert>;

/** Why a caller who is no operator gets none. */
export const alertsRule = 'Alerts are for operators.';

/** The fields by which the subscription to alerts is filtered. */
export const alertFields = {
  rule: { kind: 'TEXT', filter: 'By the name of the rule.' },
  when: { kind: 'AlertKind', filter: 'By what the rule is about.', compares: 'what a rule of alerts is about' },
} as const satisfies ListFields;

/** The input by which a subscription selects alerts. */
export const AlertFilter = filterOf('AlertFilter', 'alerts', alertFields, { enums: { AlertKind: AlertKindEnum } });

const incidentOfAlert = (facts: unknown, { readModel }: GraphqlContext): Incident | null => {
  const number = readIncidentId(String((facts as Readonly<Record<string, unknown>>)['incident']));
  const row = number === null ? null : readModel.incident(number);
  return row === null ? null : toIncident(row);
};

const incidentDescription =
  'The incident that it is about or that explains it: then it has no message of its own where there is one about the incident. Null if there is none.';

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
    assertOperator(context, alertsRule);
    return context.ports.alerts.list();
  }

  @FieldResolver(() => Incident, { nullable: true, complexity: 1, description: incidentDescription })
  incident(@Root() { facts }: Alert, @Ctx() context: GraphqlContext): Incident | null {
    return incidentOfAlert(facts, context);
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
    assertOperator(context, alertsRule);
    const { fromMs, toMs } = readOpenWindow(window);
    return context.ports.alerts.ended(fromMs, toMs, window.first);
  }

  @Query(() => [ForwardTarget], {
    nullable: true,
    complexity: listCost.targets,
    description:
      'The targets of alert messages: how far each is, and which messages it has not accepted. Empty without rules. For operators.',
  })
  async alertTargets(@Ctx() context: GraphqlContext): Promise<ForwardTarget[]> {
    assertOperator(context, alertsRule);
    const targets = await context.ports.alerts.targets();
    return targets.map((target) => toForwardTarget(target, () => context.ports.alerts.setAside(target.name)));
  }
}

@Resolver(() => EndedAlert)
export class EndedAlertResolver {
  @FieldResolver(() => Incident, { nullable: true, complexity: 1, description: incidentDescription })
  incident(@Root() { facts }: EndedAlert, @Ctx() context: GraphqlContext): Incident | null {
    return incidentOfAlert(facts, context);
  }
}
