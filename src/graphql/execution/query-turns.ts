import { isObjectType, type GraphQLSchema } from 'graphql';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { RowBudget } from '../../read-models/listing.ts';
import { propertyOf } from './plain-fields.ts';

/** Milliseconds that queries work in one turn of the event loop; what was begun is finished: a page, or a list of one object. */
export const queryTurnMsMax = 4;

/** How queries share the thread with everything else, callbacks included. */
export interface QueryTurns {
  /** Whether queries have worked that long in this turn of the event loop. Cheap enough to ask for each object of a page. */
  isOver(): boolean;
  /** Resolves in a later turn, for one waiter after the other: for as many as fit into it. */
  next(): Promise<void>;
}

/** Turns of `queryTurnMsMax`, by a monotonic clock. */
export function createQueryTurns(elapsedMs: Clock = steadyClock): QueryTurns {
  const waiting: (() => void)[] = [];
  /** When the first query worked in this turn; null: none has. */
  let begunMs: number | null = null;
  const begin = () => {
    setImmediate(end);
    return (begunMs = elapsedMs());
  };
  const end = () => {
    begunMs = null;
    letOneGo();
  };
  const letOneGo = () => {
    const resolve = waiting.shift();
    if (resolve === undefined) return;
    isOver();
    resolve();
    // Ticks that are asked for in a microtask come after all microtasks: once what was waited for has been done.
    queueMicrotask(() => {
      process.nextTick(() => {
        if (!isOver()) letOneGo();
      });
    });
  };
  const isOver = () => elapsedMs() - (begunMs ?? begin()) >= queryTurnMsMax;
  return {
    isOver,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (begunMs === null) begin();
      }),
  };
}

/** Of this thread, which has one event loop. */
export const queryTurns = createQueryTurns();

/**
 * Lets the fields of objects that cost something, as lists inside of lists do, wait for a later turn where this one is over. What their
 * lists have is taken from the `entries` of the context.
 */
export function resolveInTurns(schema: GraphQLSchema, turns: QueryTurns = queryTurns): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, extensions } = field;
      if (resolve === undefined || extensions['complexity'] === undefined || propertyOf(field) !== null) continue;
      field.resolve = (root, args, context: { readonly entries: RowBudget }, info) => {
        const resolveNow = () => {
          const result: unknown = resolve(root, args, context, info);
          if (Array.isArray(result)) spendEntries(context.entries, result.length);
          return result;
        };
        return turns.isOver() ? turns.next().then(resolveNow) : resolveNow();
      };
    }
  }
}

function spendEntries(budget: RowBudget, entries: number): void {
  if (entries > budget.rowsLeft) {
    throw new LedgerError(
      'OPERATION_TOO_COSTLY',
      'The lists inside of sessions and relay tasks have too many entries for one operation. Ask for smaller pages or less depth.',
    );
  }
  budget.spend(entries);
}
