import { Arg, Ctx, Field, ID, InputType, Int, Mutation, Query, Resolver } from 'type-graphql';
import { allows } from '../api/access/tokens.ts';
import type { GraphqlContext } from '../api/context.ts';
import { DateTimeScalar, objectType } from '../api/declare-type.ts';
import { answerOnce, IdempotencyKey, operationIdOf, type IdempotencyKeyValue } from '../api/idempotency.ts';
import { derivedUuid } from '../kernel/encoding.ts';
import { LedgerError } from '../kernel/errors.ts';
import { foundBy, problemOf, type ErasureCriteria, planMsMax, type ErasurePort } from './erasure-plan.ts';
import type { ErasureCounts } from './erasure-events.ts';

/** Characters of a reason, and of a criterion. */
const textLengthMax = 2_000;

@InputType({ description: 'Whose personal data to erase: at least one must be set, and all that are set must fit.' })
class ErasureFilter {
  @Field(() => String, { nullable: true, description: 'In whose callbacks this address is, in any notation.' })
  address?: string | null;

  @Field(() => String, { nullable: true, description: 'Who pushed this stream: its name, or `domain/path/stream`.' })
  stream?: string | null;

  @Field(() => ID, { nullable: true, description: 'Everybody of this account: `appid`.' })
  account?: string | null;
}

const counts = {
  events: [Int, 'Events of the log whose personal data become unreadable. Redeliveries count.'],
  sessions: [Int, 'Stream sessions among them.'],
  tasks: [Int, 'Relay tasks among them.'],
  days: [Int, 'Days, in UTC, whose keys are changed.'],
} as const;

const ErasurePlan = objectType('ErasurePlan', 'What an erasure would do. Nothing was changed.', {
  plan: [String, 'Send it to `erase`.'],
  expiresAt: [DateTimeScalar, 'Until then, `erase` takes it.'],
  ...counts,
  unsealedEvents: [
    Int,
    'Events that fit as well, but were recorded before `PERSONAL_KEYS_DIR` was set: they stay readable.',
  ],
});

const ErasePayload = objectType('ErasePayload', 'An erasure that is on its way.', {
  erasureId: [ID, 'Identifies it in the log.'],
  ...counts,
});

type ErasePayload = ErasureCounts & { readonly erasureId: string };

@Resolver()
export class ErasureResolver {
  @Query(() => ErasurePlan, {
    nullable: true,
    complexity: ({ childComplexity }) => 1 + childComplexity,
    description: 'What an erasure of personal data would do. For admins. It reads the whole log.',
  })
  async erasurePlan(
    @Ctx() context: GraphqlContext,
    @Arg('filter', () => ErasureFilter, { description: 'Whose.' }) filter: ErasureFilter,
  ) {
    const port = erasuresOf(context);
    const criteria = toCriteria(filter);
    const { events, sessions, tasks, days, unsealed } = await port.plan(criteria);
    const expiresAt = context.ports.clock() + planMsMax;
    const plan = port.write({ criteria, by: context.request.author.name, expiresAtMs: expiresAt });
    return { plan, expiresAt, events, sessions, tasks, days, unsealedEvents: unsealed };
  }

  @Mutation(() => ErasePayload, {
    nullable: true,
    complexity: ({ childComplexity }) => 1 + childComplexity,
    description:
      'Makes personal data unreadable, for good, as `erasurePlan` said, with what has come since. For admins. Durable once answered; the keys are destroyed within a minute, and answers change once `projections { build }` is null again.',
  })
  async erase(
    @Ctx() context: GraphqlContext,
    @Arg('plan', () => String, { description: '`plan` of `erasurePlan`, sent by the same caller, in time.' })
    text: string,
    @Arg('reason', () => String, {
      description: `Why, for the record: without personal data, because it stays. 1 to ${textLengthMax} characters.`,
    })
    reason: string,
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<ErasePayload> {
    const port = erasuresOf(context);
    if (reason.trim() === '' || reason.length > textLengthMax) {
      throw new LedgerError('BAD_USER_INPUT', `reason must have 1 to ${textLengthMax} characters.`);
    }
    const { name: by } = context.request.author;
    const given = { plan: derivedUuid(text), reason };
    const carryOut = async (): Promise<ErasePayload> => {
      const nowMs = context.ports.clock();
      const plan = port.read(text, { by, nowMs });
      if (plan === null) throw new LedgerError('BAD_USER_INPUT', notAPlan);
      const { targets, events, sessions, tasks, days } = await port.plan(plan.criteria);
      const erasureId = operationIdOf(context, 'erase', key) ?? derivedUuid(text);
      const erasure = {
        erasureId,
        foundBy: foundBy(plan.criteria),
        reason,
        by,
        askedAtMs: nowMs,
        events,
        sessions,
        tasks,
        days,
      };
      if (targets.size > 0) {
        await context.recordBegun();
        port.request(erasure, targets);
      }
      return { erasureId, events, sessions, tasks, days };
    };
    return answerOnce(context, { mutation: 'erase', key, given, carryOut, isFinal: () => true });
  }
}

const notAPlan =
  'plan is not one of erasurePlan for this caller, or is older than ten minutes. Nothing was changed. Plan again.';

/** @throws LedgerError - FORBIDDEN, or nothing is sealed */
function erasuresOf({ role, ports }: GraphqlContext): ErasurePort {
  if (!allows(role, 'admin')) throw new LedgerError('FORBIDDEN', 'Only admins may erase. Send the token of an admin.');
  if (ports.erasures !== null) return ports.erasures;
  throw new LedgerError('BAD_USER_INPUT', 'Personal data are not sealed: PERSONAL_KEYS_DIR is not set.');
}

function toCriteria({ address, stream, account }: ErasureFilter): ErasureCriteria {
  const criteria = { address: address?.trim(), stream: stream?.trim(), account: account?.trim() };
  const problem = problemOf(criteria);
  const isTooLong = Object.values(criteria).some((text) => (text?.length ?? 0) > textLengthMax);
  if (problem === null && !isTooLong) return criteria;
  throw new LedgerError(
    'BAD_USER_INPUT',
    isTooLong ? `A criterion has more than ${textLengthMax} characters.` : `Wrong: ${problem}.`,
  );
}
