import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { createSharedSlices, type TimeSlices } from '../../kernel/time-slices.ts';
import type { RowBudget } from '../../lists/listing.ts';

/** Milliseconds that queries work in one turn of the event loop. Work that has begun is finished: a page, or a list of one object. */
export const querySliceMsMax = 4;

/** Shared by all queries and by messages of subscriptions, which must not be late: this thread has one event loop. */
export const querySlices = createSharedSlices(querySliceMsMax);

interface SlicesContext {
  readonly entries: RowBudget;
  readonly slices: TimeSlices;
}

/** Objects of a list that are completed between two looks at the clock. */
const itemsInOneSlice = 50;

/**
 * Lets costly fields of objects, such as lists inside other lists, wait for a later turn if this one is over, and spreads
 * long lists over several turns. The entries of costly lists are taken from `entries` of the context.
 */
export function resolveInSlices(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const isCostly = field.extensions['complexity'] !== undefined && !roots.includes(type);
      if (field.resolve !== undefined && isCostly) field.resolve = inTurn(field.resolve);
      const isListOfObjects = isListType(getNullableType(field.type)) && isObjectType(getNamedType(field.type));
      if (isListOfObjects) field.resolve = inSlices(field.resolve ?? defaultFieldResolver);
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, SlicesContext>;

function inTurn(resolve: Resolve): Resolve {
  return (root, args, context, info) => {
    const { slices, entries } = context;
    const spend = (result: unknown) => {
      if (Array.isArray(result)) spendEntries(entries, result.length);
      return result;
    };
    const resolveNow = () => {
      const result = resolve(root, args, context, info);
      return result instanceof Promise ? result.then(spend) : spend(result);
    };
    return slices.isOver() ? slices.next().then(resolveNow) : resolveNow();
  };
}

function inSlices(resolve: Resolve): Resolve {
  return (root, args, context, info) => {
    const sliced = (result: unknown) =>
      Array.isArray(result) && result.length > itemsInOneSlice ? sliceBySlice(result, context.slices) : result;
    const result = resolve(root, args, context, info);
    return result instanceof Promise ? result.then(sliced) : sliced(result);
  };
}

/** Items that graphql-js waits for: each slice of them for a turn that is not over once the slice before it is completed. */
function sliceBySlice(items: readonly unknown[], slices: TimeSlices): readonly Promise<unknown>[] {
  let begun = Promise.resolve();
  return items.map((item, index) => {
    if (index % itemsInOneSlice === 0)
      begun = begun.then(completed).then(() => (slices.isOver() ? slices.next() : undefined));
    return begun.then(() => item);
  });
}

/** One step later than items are handed over. */
function completed(): void {
  return undefined;
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
