import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { allows } from '../api/access/tokens.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { pageCost } from '../api/cost.ts';
import { answerOnce, IdempotencyKey, type IdempotencyKeyValue } from '../api/idempotency.ts';
import { readNodeId, writeDecisionId } from '../api/node-id.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import { LedgerError } from '../kernel/errors.ts';
import { connect, type Connected } from '../lists/connect-resolver.ts';
import { toCondition } from '../lists/conditions.ts';
import { listArgsOf, orderOf, ordersOf, toListOrder, type ListArgs } from '../lists/list-args-type.ts';
import type { DecisionOutcome } from './quarantine-events.ts';
import { fullInSeconds, quarantineBytesMax } from './quarantine.ts';
import { quarantineFields, type QuarantineOrder, type QuarantinedRow } from './quarantine-fields.ts';
import {
  QuarantinedCallback,
  QuarantinedCallbackConnection,
  QuarantineDecision,
  QuarantineFilter,
  QuarantineShare,
  toQuarantinedCallback,
  type QuarantineOutcome,
} from './quarantine-type.ts';

/** Characters of a body that is not an object: enough to see what it is. */
const bodyTextLengthMax = 16_384;

/** It reads a few thousand short rows. */
const sharesCost = 10;

const QuarantineOrderInput = orderOf('Quarantine', 'callbacks in quarantine', ordersOf(quarantineFields));

const QuarantineListArgs = listArgsOf<QuarantineOrder>(QuarantineFilter, QuarantineOrderInput, {
  listed: 'callbacks in quarantine',
  byDefault: 'RECORDED',
});

@Resolver(() => QuarantinedCallback)
export class QuarantineResolver {
  @Query(() => QuarantinedCallbackConnection, {
    nullable: true,
    complexity: pageCost,
    description:
      'Callbacks that were set aside because they could not be read or authenticated. By default the newest first, by position in the log. Operators read their bodies.',
  })
  quarantine(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => QuarantineListArgs) { filter, orderBy, ...page }: ListArgs<QuarantineOrder>,
  ): Connected<QuarantinedCallback> {
    return connect(
      {
        list: { name: 'quarantine', order: toListOrder(orderBy, 'RECORDED') },
        condition: toCondition(quarantineFields, filter),
        page,
        read: (request) => context.readModel.quarantined(request),
        toNode: toQuarantinedCallback,
      },
      context,
      info,
    );
  }

  @Query(() => [QuarantineShare], {
    nullable: true,
    complexity: sharesCost,
    description: 'How full the quarantine is, for each reason why a callback can be there.',
  })
  quarantineShares(@Ctx() { readModel, ports: { clock } }: GraphqlContext): QuarantineShare[] {
    return readModel.quarantine.shares(clock()).map(({ reason, events, bytes, bytesPerSecond }) => {
      const bytesMax = quarantineBytesMax[reason];
      return { reason, events, bytes, bytesMax, fullInSeconds: fullInSeconds({ bytes, bytesPerSecond }, bytesMax) };
    });
  }

  @Extensions({ showsSecrets: true })
  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    complexity: 1,
    description:
      'The body as it arrived, if it is a JSON object. Integers beyond 2^53 are strings of their digits. For operators, without credentials; for admins as sent; null for others, because an unauthenticated body may contain anything.',
  })
  body(@Root() { position }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<unknown> {
    return readAsOperator(context, position, (bytes) => {
      const parsed = parseJsonObject(bytes);
      if (!parsed.ok) return null;
      context.noteSecretBody('QuarantinedCallback.body', parsed.object);
      return context.showBody(parsed.object);
    });
  }

  @Extensions({ showsSecrets: true })
  @FieldResolver(() => String, {
    nullable: true,
    complexity: 1,
    description:
      'The body as text, if it is not a JSON object: its first 16,384 characters, with U+FFFD for bytes that are not UTF-8. For operators, without credentials; for admins as sent; null for others.',
  })
  bodyText(@Root() { position }: QuarantinedCallback, @Ctx() context: GraphqlContext): Promise<string | null> {
    return readAsOperator(context, position, (bytes) => {
      if (parseJsonObject(bytes).ok) return null;
      const text = Buffer.from(bytes).toString().slice(0, bodyTextLengthMax).toWellFormed();
      context.noteSecret('QuarantinedCallback.bodyText', text);
      return text;
    });
  }
}

async function readAsOperator<Result>(
  { role, bodies }: GraphqlContext,
  position: bigint,
  use: (body: Uint8Array) => Result,
): Promise<Result | null> {
  return allows(role, 'operator') ? await bodies.read(position, use) : null;
}

/** Ids in one mutation: as many as a page has nodes. */
const idsMax = 500;

const cost = ({ args, childComplexity }: { args: Record<string, unknown>; childComplexity: number }) =>
  1 + (Array.isArray(args['ids']) ? args['ids'].length : 1) * (1 + childComplexity);

const idsDescription = 'Ids of quarantined callbacks, 1 to 500. A repeated id is decided once.';

@Resolver()
export class QuarantineDecisionResolver {
  @Mutation(() => [QuarantineDecision], {
    nullable: true,
    complexity: cost,
    description:
      'Releases quarantined callbacks, as if each had been accepted when it first arrived. For operators. Returns the outcome for each id, in the given order; repeating it changes nothing. Later queries show the change.',
  })
  releaseFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<QuarantineDecision[]> {
    return decide(context, { ids, decided: 'RELEASED', key });
  }

  @Mutation(() => [QuarantineDecision], {
    nullable: true,
    complexity: cost,
    description:
      'Marks quarantined callbacks as not belonging to the account. For operators. They stay listed until their room is needed or they are 30 days old. Returns the outcome for each id, in the given order.',
  })
  discardFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
    @IdempotencyKey() key: IdempotencyKeyValue,
  ): Promise<QuarantineDecision[]> {
    return decide(context, { ids, decided: 'DISCARDED', key });
  }
}

interface AskedDecision {
  readonly ids: readonly string[];
  readonly decided: 'RELEASED' | 'DISCARDED';
  readonly key: IdempotencyKeyValue;
}

async function decide(context: GraphqlContext, { ids, decided, key }: AskedDecision): Promise<QuarantineDecision[]> {
  assertOperator(context, 'Only operators may decide on callbacks in quarantine.');
  const { readModel, ports } = context;
  const first = { isCarriedOut: false };
  if (ids.length === 0 || ids.length > idsMax) {
    throw new LedgerError('BAD_USER_INPUT', `ids must contain 1 to ${idsMax} ids.`);
  }
  const outcomes = await answerOnce(context, {
    mutation: decided === 'RELEASED' ? 'releaseFromQuarantine' : 'discardFromQuarantine',
    key,
    given: { ids },
    carryOut,
    isFinal: (all) => !all.includes('NOT_STORED'),
  });
  // The events of the first time say who has decided.
  if (!first.isCarriedOut) context.eventsWithAuthor += 1;
  return ids.map((id, index) => {
    const outcome = outcomes[index] ?? 'NOT_STORED';
    const row = rowOf(id);
    const quarantinedCallback = row === null ? null : toQuarantinedCallback(row);
    const named = { id: writeDecisionId(decided, id), callbackId: id };
    return { ...named, outcome, message: messages[outcome], quarantinedCallback };
  });

  async function carryOut(): Promise<QuarantineOutcome[]> {
    first.isCarriedOut = true;
    const rows = new Map([...new Set(ids)].map((id) => [id, rowOf(id)]));
    const undecided = [...rows].flatMap(([id, row]) => (row?.status === 'HELD' ? [{ id, row }] : []));
    const refs = undecided.map(({ row: { position, eventId } }) => ({ position, eventId }));
    const by = { author: context.request.author, reason: context.reason };
    const results = await ports.decisions[decided === 'RELEASED' ? 'release' : 'discard'](refs, by);
    context.eventsWithAuthor += results.filter((result) => result === 'DONE').length;
    const made = new Map(undecided.map(({ id }, index) => [id, outcomeOf(results[index] ?? 'NOT_STORED', decided)]));
    return ids.map((id) => made.get(id) ?? outcomeOfNone(rows.get(id) ?? null));
  }

  function rowOf(id: string): QuarantinedRow | null {
    const node = readNodeId(id);
    return node?.type === 'QuarantinedCallback' ? readModel.quarantine.at(node) : null;
  }
}

function outcomeOf(result: DecisionOutcome, decided: 'RELEASED' | 'DISCARDED'): QuarantineOutcome {
  if (result === 'DONE') return decided;
  return result === 'GONE' ? 'NOT_FOUND' : result;
}

/** The outcome for a callback that needs no decision. */
function outcomeOfNone(row: QuarantinedRow | null): QuarantineOutcome {
  if (row === null) return 'NOT_FOUND';
  return row.status === 'RELEASED' ? 'ALREADY_RELEASED' : 'ALREADY_DISCARDED';
}

const messages: Readonly<Record<QuarantineOutcome, string>> = {
  RELEASED: 'Released: it counts as if it had been accepted when it first arrived.',
  DISCARDED: 'Discarded.',
  ALREADY_RELEASED: 'It was released before; nothing was changed.',
  ALREADY_DISCARDED: 'It was discarded before; nothing was changed.',
  UNREADABLE: 'Its body is not a JSON object, so it can’t be released; it can be discarded.',
  NOT_FOUND: 'No such callback is in quarantine, or it has been removed.',
  NOT_STORED: 'The log could not store the decision; nothing was changed. Try again.',
};
