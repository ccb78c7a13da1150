import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { allows } from '../api/access/tokens.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import type { Author } from '../log/author.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/filters-type.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import type { Condition } from '../lists/listing.ts';
import { auditFields, type AuditField, type AuditOrder } from './audit-fields.ts';
import { AuditEntryConnection, AuditFilter, type AuditEntry } from './audit-type.ts';

const AuditOrderInput = orderOf('Audit', 'entries of the audit', ordersOf(auditFields));

const AuditListArgs = listArgsOf<AuditOrder>(AuditFilter, AuditOrderInput, {
  listed: 'entries of the audit',
  byDefault: 'RECORDED',
});

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Who did what, and who was refused. By default the newest first, by position in the log. For admins; operators see their own entries.',
  })
  audit(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => AuditListArgs) { filter, orderBy, ...page }: ListArgs<AuditOrder>,
  ): Connected<AuditEntry> {
    assertOperator(context, 'The audit is for operators and admins.');
    const condition = toCondition(auditFields, filter);
    const isWhole = allows(context.role, 'admin');
    return connect(
      {
        list: { name: 'audit', order: toListOrder(orderBy, 'RECORDED') },
        condition: isWhole ? condition : { and: [ownEntries(context.request.author), condition] },
        page,
        read: (request) => context.readModel.auditEntries(request),
        toNode: (row) => row,
      },
      context,
      info,
    );
  }
}

/** Those of one author. Whoever has no name has none that are known to be theirs. */
function ownEntries({ name, issuer, subject }: Author): Condition<AuditField> {
  if (issuer !== null && subject !== null) {
    return {
      and: [
        { field: 'issuer', operator: 'eq', value: issuer },
        { field: 'subject', operator: 'eq', value: subject },
      ],
    };
  }
  if (name === null) return { or: [] };
  return {
    and: [
      { field: 'who', operator: 'eq', value: name },
      { field: 'subject', operator: 'isNull', isNull: true },
      // Of commands, it is the name of another user.
      { field: 'role', operator: 'isNull', isNull: false },
    ],
  };
}
