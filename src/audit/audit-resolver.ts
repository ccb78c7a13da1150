import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { allows } from '../api/access/tokens.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import type { Author } from '../log/author.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { filterOf } from '../lists/filters-type.ts';
import { toCondition } from '../lists/conditions.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import type { Condition } from '../lists/listing.ts';
import { auditFields, type AuditField, type AuditOrder } from './audit-fields.ts';
import { enumType, objectType } from '../api/declare-type.ts';
import { RoleEnum } from '../api/access-in-schema.ts';
import { connectionOf, shownFields } from '../lists/connection-type.ts';
import type { AuditAction, AuditOutcome } from './audit.ts';

const AuditActionEnum = enumType<AuditAction>('AuditAction', 'What somebody did, or asked for.', {
  ADD_NOTE: 'The mutation `addNote`.',
  CLOSE_STREAM_SESSION: 'The mutation `closeStreamSession`.',
  WITHDRAW_FACT: 'The mutation `withdrawFact`.',
  RELEASE_FROM_QUARANTINE: 'The mutation `releaseFromQuarantine`: an entry for each callback that it has let in.',
  DISCARD_FROM_QUARANTINE: 'The mutation `discardFromQuarantine`: an entry for each callback.',
  PAUSE_FORWARDING: 'The mutation `pauseForwarding`.',
  RESUME_FORWARDING: 'The mutation `resumeForwarding`.',
  REPLAY_FORWARDING: 'The mutation `replayForwarding`.',
  SKIP_FORWARDING: 'The mutation `skipForwarding`.',
  SEND_TEST_CALLBACK: 'The mutation `sendTestCallback`.',
  ERASE: 'The mutation `erase`, or `live-ledger erase --apply`.',
  SIGN_IN: 'A session of the console was begun, or a token was sent that is not taken.',
  READ_SECRETS:
    'An answer had credentials, or a subscription asks for fields with them, or sends some in another field: `object` names the fields. Of those who sent a token.',
  EXPORT: 'A list or a statistic was read as a table, or `live-ledger export` was run, without credentials.',
  EXPORT_WITH_SECRETS: 'The same as an admin, with fields of credentials, or with `--with-secrets`.',
  READ_LOG:
    'Events were read as they are stored, by `GET /log`, as standbys do: when an address begins, whenever it begins at the first event, and once an hour. `object` says after which position.',
  APPLY_RETENTION: '`live-ledger retention --apply` has removed events.',
  IMPORT: '`live-ledger import` has begun to append events.',
  RESTORE: '`live-ledger restore` has made this log from a backup.',
  REBUILD: '`live-ledger rebuild` has begun.',
  PROMOTE: '`live-ledger promote` has made a primary of a standby.',
});

const AuditOutcomeEnum = enumType<AuditOutcome>('AuditOutcome', 'What came of what somebody asked for.', {
  DONE: 'It was done.',
  UNCHANGED: 'It was taken, but there was nothing to change: it was done before, or is about nothing that is there.',
  REFUSED: 'Nothing was done. `code` says why.',
  BEGUN: 'It was allowed, and was about to be done. If it stays so, the process ended: it may have been done.',
  FAILED: 'It was begun, and failed: `code` says why. It may have been done in part.',
});

const enums = { Role: RoleEnum, AuditAction: AuditActionEnum, AuditOutcome: AuditOutcomeEnum } as const;

/** The input by which the list selects entries of the audit. */
const AuditFilter = filterOf('AuditFilter', 'entries of the audit', auditFields, { enums });

const AuditEntry = objectType(
  'AuditEntry',
  'What somebody did, or was refused. It is an event of the log, or part of one: of what was begun, one before it and one after.',
  shownFields(auditFields, enums),
);
export type AuditEntry = InstanceType<typeof AuditEntry>;

/** A page of the audit, by Relay's specification. */
const AuditEntryConnection = connectionOf(AuditEntry, 'AuditEntry', 'entries of the audit');

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
