import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { DecisionOutcome } from '../../domain/quarantine/operator-decisions.ts';
import type { QuarantinedEventRef } from '../../domain/quarantine/quarantine-records.ts';
import type { QuarantinedRow } from '../../read-models/quarantine.ts';
import type { GraphqlContext } from '../context.ts';
import { readNodeId } from '../node-id.ts';
import { toQuarantinedCallback } from '../to-graphql/quarantine.ts';
import { QuarantineDecision, type QuarantineOutcome } from '../types/quarantine-decision.ts';

/** Ids in one mutation: as many as a page has nodes. */
const idsMax = 500;

const cost = ({ args, childComplexity }: { args: Record<string, unknown>; childComplexity: number }) =>
  1 + (Array.isArray(args['ids']) ? args['ids'].length : 1) * (1 + childComplexity);

const idsDescription = 'Ids of callbacks in quarantine, 1 to 500. One that is given twice is decided once.';

@Resolver()
export class QuarantineDecisionResolver {
  @Mutation(() => [QuarantineDecision], {
    complexity: cost,
    description:
      'Takes callbacks out of quarantine: as if each had been accepted when it first arrived. For operators. Tells of each id what became of it, in the order given; repeating it changes nothing. A query after it shows the change.',
  })
  releaseFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
  ): Promise<QuarantineDecision[]> {
    return decide(context, ids, 'RELEASED', (places) => context.decisions.release(places));
  }

  @Mutation(() => [QuarantineDecision], {
    complexity: cost,
    description:
      'Says of callbacks in quarantine that they are none of the account. For operators. They stay listed until their room is needed or their time is over. Tells of each id what became of it, in the order given.',
  })
  discardFromQuarantine(
    @Ctx() context: GraphqlContext,
    @Arg('ids', () => [ID], { description: idsDescription }) ids: string[],
  ): Promise<QuarantineDecision[]> {
    return decide(context, ids, 'DISCARDED', (places) => context.decisions.discard(places));
  }
}

type Decided = Extract<QuarantineOutcome, 'RELEASED' | 'DISCARDED'>;

async function decide(
  { role, readModel }: GraphqlContext,
  ids: readonly string[],
  decided: Decided,
  carryOut: (places: readonly QuarantinedEventRef[]) => Promise<readonly DecisionOutcome[]>,
): Promise<QuarantineDecision[]> {
  if (role !== 'operator') {
    throw new LedgerError('FORBIDDEN', 'Only operators decide on callbacks in quarantine.');
  }
  if (ids.length === 0 || ids.length > idsMax) {
    throw new LedgerError('BAD_USER_INPUT', `ids must hold 1 to ${idsMax} ids.`);
  }
  const rows = new Map([...new Set(ids)].map((id) => [id, rowOf(id)]));
  const held = [...rows].flatMap(([id, row]) => (row?.status === 'HELD' ? [{ id, row }] : []));
  const results = await carryOut(held.map(({ row: { position, eventId } }) => ({ position, eventId })));
  const outcomes = new Map(held.map(({ id }, index) => [id, outcomeOf[results[index] ?? 'NOT_STORED'] ?? decided]));
  return ids.map((id) => {
    const outcome = outcomes.get(id) ?? unchanged(rows.get(id) ?? null);
    const row = rowOf(id);
    return { id, outcome, message: messages[outcome], callback: row === null ? null : toQuarantinedCallback(row) };
  });

  function rowOf(id: string): QuarantinedRow | null {
    const place = readNodeId(id);
    return place?.type === 'QuarantinedCallback' ? readModel.quarantine.at(place) : null;
  }
}

const outcomeOf: Readonly<Record<DecisionOutcome, QuarantineOutcome | null>> = {
  DONE: null,
  GONE: 'NOT_FOUND',
  UNREADABLE: 'UNREADABLE',
  NOT_STORED: 'NOT_STORED',
};

function unchanged(row: QuarantinedRow | null): QuarantineOutcome {
  if (row === null) return 'NOT_FOUND';
  return row.status === 'RELEASED' ? 'ALREADY_RELEASED' : 'ALREADY_DISCARDED';
}

const messages: Readonly<Record<QuarantineOutcome, string>> = {
  RELEASED: 'Released: it counts as if it had been accepted when it first arrived.',
  DISCARDED: 'Discarded.',
  ALREADY_RELEASED: 'It was released before; nothing was changed.',
  ALREADY_DISCARDED: 'It was discarded before; nothing was changed.',
  UNREADABLE: 'Its body is no JSON object, so it can not be released; it can be discarded.',
  NOT_FOUND: 'No such callback is in quarantine, or none any more.',
  NOT_STORED: 'The log could not take the decision; nothing was changed. Ask again.',
};
