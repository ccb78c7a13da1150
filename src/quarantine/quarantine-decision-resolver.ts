import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DecisionOutcome } from './operator-decisions-events.ts';
import type { QuarantinedEventRef } from './quarantine-records-events.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { QuarantinedRow } from './quarantine-rows.ts';
import { assertOperator, type GraphqlContext } from '../api/context.ts';
import { readNodeId, writeDecisionId } from '../api/node-id.ts';
import { toQuarantinedCallback } from './to-quarantined-callback-type.ts';
import { QuarantineDecision, type QuarantineOutcome } from './quarantined-callback-type.ts';

/** Ids in one mutation: as many as a page has nodes. */
const idsMax = 500;

const cost = ({ args, childComplexity }: { args: Record<string, unknown>; childComplexity: number }) =>
  1 + (Array.isArray(args['ids']) ? args['ids'].length : 1) * (1 + childComplexity);

const idsDescription = 'Ids of quarantined callbacks, 1 to 500. A repeated id is decided once.';

@Resolver()
export class QuarantineDecisionResolver {
  @Mutation(() => [QuarantineDecision], {
    complexity: cost,
    description:
      'Releases quarantined callbacks, as if each had been accepted when it first arrived. For operators. Returns the outcome for each id, in the given order; repeating it changes nothing. Later queries show the change.',
  })
  releaseFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
  ): Promise<QuarantineDecision[]> {
    return decide(context, ids, 'RELEASED', (events) => context.decisions.release(events));
  }

  @Mutation(() => [QuarantineDecision], {
    complexity: cost,
    description:
      'Marks quarantined callbacks as not belonging to the account. For operators. They stay listed until their room is needed or they are 30 days old. Returns the outcome for each id, in the given order.',
  })
  discardFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
  ): Promise<QuarantineDecision[]> {
    return decide(context, ids, 'DISCARDED', (events) => context.decisions.discard(events));
  }
}

async function decide(
  context: GraphqlContext,
  ids: readonly string[],
  decided: 'RELEASED' | 'DISCARDED',
  carryOut: (events: readonly QuarantinedEventRef[]) => Promise<readonly DecisionOutcome[]>,
): Promise<QuarantineDecision[]> {
  assertOperator(context, 'Only operators may decide on callbacks in quarantine.');
  const { readModel } = context;
  if (ids.length === 0 || ids.length > idsMax) {
    throw new LedgerError('BAD_USER_INPUT', `ids must contain 1 to ${idsMax} ids.`);
  }
  const rows = new Map([...new Set(ids)].map((id) => [id, rowOf(id)]));
  const undecided = [...rows].flatMap(([id, row]) => (row?.status === 'HELD' ? [{ id, row }] : []));
  const results = await carryOut(undecided.map(({ row: { position, eventId } }) => ({ position, eventId })));
  const outcomes = new Map(undecided.map(({ id }, index) => [id, outcomeOf(results[index] ?? 'NOT_STORED', decided)]));
  return ids.map((id) => {
    const outcome = outcomes.get(id) ?? outcomeOfNone(rows.get(id) ?? null);
    const row = rowOf(id);
    return {
      id: writeDecisionId(decided, id),
      callbackId: id,
      outcome,
      message: messages[outcome],
      callback: row === null ? null : toQuarantinedCallback(row),
    };
  });

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
