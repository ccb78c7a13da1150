import { isObjectType, type GraphQLSchema } from 'graphql';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { RowBudget } from '../../read-models/listing.ts';
import { propertyOf } from './plain-fields.ts';

/** Milliseconds that queries work in one turn of the event loop; what was begun is finished: a page, or a list of one object. */
export const querySliceMsMax = 4;

/** Milliseconds of work after which a query is a long one: most need less, and as many as have a snapshot have had so much in a third of its time. */
export const shortQueryMsMax = 20;

/** How one operation shares the thread with everything else, callbacks included. */
export interface OperationSlices {
  /** Whether queries have worked that long in this turn of the event loop. Cheap enough to ask for each object of a page. */
  isOver(): boolean;
  /** Resolves in a later turn, in which queries have time left. */
  next(): Promise<void>;
}

/** How operations share what they have of each turn. */
export interface QuerySlices {
  /** Of messages, which must not be late, and of mutations: before queries. */
  readonly urgent: OperationSlices;
  /**
   * Of one query. Short ones come before long ones. Of the long ones, each has all that it needs before the next: side by side, none would
   * have read everything before its snapshot is closed.
   */
  readonly ofQuery: () => OperationSlices;
}

interface Operation {
  readonly waiting: (() => void)[];
  lane: Set<Operation>;
  workedMs: number;
}

/** Slices of `querySliceMsMax`, by a monotonic clock. */
export function createQuerySlices(elapsedMs: Clock = steadyClock): QuerySlices {
  /** Operations that wait, in the order in which they began to. */
  const [urgent, short, long] = [new Set<Operation>(), new Set<Operation>(), new Set<Operation>()];
  /** When the first query worked in this turn; null: none has. */
  let begunMs: number | null = null;
  const begin = () => {
    setImmediate(() => {
      begunMs = null;
      goOn();
    });
    return (begunMs = elapsedMs());
  };
  const isOver = () => elapsedMs() - (begunMs ?? begin()) >= querySliceMsMax;
  const goOn = () => {
    const operation = firstOf(urgent) ?? firstOf(short) ?? firstOf(long);
    if (operation === null) return;
    if (begunMs === null) begin();
    const startedMs = elapsedMs();
    operation.waiting.shift()?.();
    const noteWork = () => {
      operation.workedMs += elapsedMs() - startedMs;
      if (operation.lane === short && operation.workedMs >= shortQueryMsMax) {
        short.delete(operation);
        operation.lane = long.add(operation);
      }
      if (!isOver()) goOn();
    };
    // In this turn still, once all that this one does without waiting is done.
    queueMicrotask(() => process.nextTick(noteWork));
  };
  const createSlices = (lane: Set<Operation>): OperationSlices => {
    const operation: Operation = { waiting: [], lane, workedMs: 0 };
    return {
      isOver,
      next: () =>
        new Promise((resolve) => {
          operation.waiting.push(resolve);
          operation.lane.add(operation);
          if (begunMs === null) begin();
        }),
    };
  };
  return { urgent: createSlices(urgent), ofQuery: () => createSlices(short) };
}

function firstOf(lane: Set<Operation>): Operation | null {
  for (const operation of lane) {
    if (operation.waiting.length > 0) return operation;
    // It has ended, or waits for something else.
    lane.delete(operation);
  }
  return null;
}

/** Of this thread, which has one event loop. */
export const querySlices = createQuerySlices();

interface SlicesContext {
  readonly entries: RowBudget;
  readonly slices: OperationSlices;
}

/**
 * Lets the fields of objects that cost something, as lists inside of lists do, wait for a later turn where this one is over. What their
 * lists have is taken from the `entries` of the context.
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
