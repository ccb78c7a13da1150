import { Ctx, Query, Resolver } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { GraphqlContext } from '../context.ts';
import { Alert } from '../types/alert.ts';

/** A list that is in memory. */
const listCost = 100;

@Resolver(() => Alert)
export class AlertResolver {
  @Query(() => [Alert], {
    nullable: true,
    complexity: listCost,
    description:
      'Alerts that have begun and not ended, in the order of their rules; at most 500. Empty without rules. For operators.',
  })
  alerts(@Ctx() { role, alerts }: GraphqlContext): readonly Alert[] {
    if (role === 'operator') return alerts.list();
    throw new LedgerError('FORBIDDEN', 'Alerts are for operators. Send the token of an operator.');
  }
}
