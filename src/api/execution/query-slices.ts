import { isObjectType, type GraphQLSchema } from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import { createSharedSlices, type TimeSlices } from '../../kernel/time-slices.ts';
import type { RowBudget } from '../../lists/listing.ts';
import { propertyOf } from './plain-fields.ts';

/** Milliseconds that queries work in one turn of the event loop. Work that has begun is finished: a page, or a list of one object. */
export const querySliceMsMax = 4;

/** Shared by all queries and by messages of subscriptions, which must not be late: this thread has one event loop. */
export const querySlices = createSharedSlices(querySliceMsMax);

interface SlicesContext {
  readonly entries: RowBudget;
  readonly slices: TimeSlices;
}

/**
 * Lets costly fields of objects, such as lists inside other lists, wait for a later turn if this one is over. The
 * entries of their lists are taken from `entries` of the context.
 */
export function resolveInSlices(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, extensions } = field;
      if (resolve === undefined || extensions['complexity'] === undefined || propertyOf(field) !== null) continue;
      field.resolve = (root, args, context: SlicesContext, info) => {
        const { slices } = context;
        const resolveNow = () => {
          const result: unknown = resolve(root, args, context, info);
          if (Array.isArray(result)) spendEntries(context.entries, result.length);
          return result;
        };
        return slices.isOver() ? slices.next().then(resolveNow) : resolveNow();
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
