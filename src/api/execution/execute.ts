import {
  defaultFieldResolver,
  execute,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LedgerError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createSharedSlices, type TimeSlices } from '../../kernel/time-slices.ts';
import type { RowBudget } from '../../lists/listing.ts';
import { formatErrors, toGraphqlError, withCode } from '../errors.ts';

/**
 * Bytes of one answer: 10,000 nodes, as many as an operation may touch, of 1,600 bytes each. Whoever needs more asks for
 * pages, or for an export, which is sent as it is read.
 */
export const answerBytesMax = 16 * 1024 * 1024;

/** The answer is longer than `answerBytesMax`: no execution of the same operation would be shorter. */
class AnswerTooLarge extends LedgerError {
  constructor() {
    super(
      'OPERATION_TOO_COSTLY',
      `The answer would have more than ${answerBytesMax} bytes. Ask for smaller pages, or for less of each node.`,
    );
  }
}

/** Bytes that a character of a string takes at most as JSON: `\u0000` has six. */
const bytesOfCharacterMax = 6;

/**
 * Hides in data what its reader may not read, and returns its characters as JSON, without escapes. Strings of a result are shared with rows, and as JSON each is written wherever
 * it is selected: so they are counted before anything is written.
 * @throws AnswerTooLarge
 */
function hideAndMeasure(data: unknown, hide: Hide): number {
  let length = 0;
  // Not recursive: a body may nest deeper than the stack allows beside that of its reader.
  const left: unknown[] = [data];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') length += value.length + quotesAndComma;
    else if (typeof value !== 'object' || value === null) length += String(value).length + 1;
    else if (Array.isArray(value)) {
      length += bracketsAndComma;
      for (const [index, entry] of (value as unknown[]).entries())
        left.push(shownIn(value as unknown[], index, hide, entry));
    } else {
      length += bracketsAndComma;
      for (const name of Object.keys(value)) {
        length += name.length + quotesAndComma;
        left.push(shownIn(value as Record<string, unknown>, name, hide, (value as Record<string, unknown>)[name]));
      }
    }
    if (length > answerBytesMax) throw new AnswerTooLarge();
  }
  return length;
}

/** The entry of a list or an object as its reader may read it; it is replaced there if that differs. */
function shownIn<Key extends string | number>(
  parent: Record<Key, unknown>,
  key: Key,
  hide: Hide,
  entry: unknown,
): unknown {
  if (hide === null || entry === null) return entry;
  const isOfOthers = typeof entry === 'object' && !Array.isArray(entry) && Object.getPrototypeOf(entry) !== null;
  // Objects of a result have no prototype. Any other is the value of a scalar, which others may have too.
  const shown: unknown = typeof entry === 'string' ? hide(entry) : isOfOthers ? structuredClone(entry) : entry;
  if (shown !== entry) parent[key] = shown;
  return shown;
}

/** The texts of data with the names of their fields, but for those inside the values of scalars, such as bodies. */
export function* textsIn(data: unknown): Generator<{ readonly name: string; readonly text: string }, void> {
  const left = [{ name: '', value: data }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { name, value } = next;
    if (typeof value === 'string') yield { name, text: value };
    else if (Array.isArray(value)) for (const entry of value as unknown[]) left.push({ name, value: entry });
    else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null) {
      for (const [field, entry] of Object.entries(value)) left.push({ name: field, value: entry });
    }
  }
}

/** What is done to every text of an answer; null: nothing. */
type Hide = ((text: string) => string) | null;

/** Of a string, and of a name before its colon. */
const quotesAndComma = 3;

const bracketsAndComma = 3;

/** Milliseconds that queries work in one turn of the event loop. Work that has begun is finished: a page, or a list of one object. */
const querySliceMsMax = 4;

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
 * long lists over several turns. The entries of costly lists are taken from `entries` of the context. A costly field may fail for
 * one object alone, so it is nullable, however it is declared: the other objects are still answered.
 */
export function resolveInSlices(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const isCostly = field.extensions['complexity'] !== undefined && !roots.includes(type);
      if (field.resolve !== undefined && isCostly) {
        field.resolve = inTurn(field.resolve);
        field.type = getNullableType(field.type);
      }
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

/** A validated operation whose cost was accepted. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue?: unknown;
  /** With full budgets. */
  readonly context: {
    readonly slices: TimeSlices;
    readonly hide: Hide;
    /** Called with the data before the answer may be sent; resolves once it may. */
    secretsRecorded(data: unknown): Promise<void> | null;
  };
}

/** Bytes around the data. */
const withoutData = '{"data":}'.length;

/** What an operation came to, within `answerBytesMax`. */
export class Executed {
  /** About the characters that its data has as JSON. */
  readonly length: number;
  private text: string | null = null;

  /** @throws AnswerTooLarge */
  constructor(
    readonly result: ExecutionResult,
    hide: Hide,
  ) {
    this.length = hideAndMeasure(result.data, hide);
    const mayBeTooLarge = this.length * bytesOfCharacterMax > answerBytesMax;
    if (mayBeTooLarge && Buffer.byteLength(this.json) - withoutData > answerBytesMax) throw new AnswerTooLarge();
  }

  /** An object with its data, as JSON: written once, also if that was needed to measure it. */
  get json(): string {
    return (this.text ??= JSON.stringify({ data: this.result.data }));
  }
}

/** @throws AnswerTooLarge */
export async function executeOperation(execution: Execution): Promise<Executed> {
  const { schema, document, operation, variables, rootValue, context } = execution;
  const result = await execute({
    schema,
    document,
    rootValue,
    operationName: operation.name?.value ?? null,
    variableValues: variables,
    contextValue: context,
  });
  await context.secretsRecorded(result.data);
  return new Executed(result, context.hide);
}

/** What is sent for an operation, or for a message of a subscription. */
export class Answer {
  constructor(
    /** Each has a code of the closed list and the id of the request. Undefined if there are none. */
    readonly errors: readonly GraphQLFormattedError[] | undefined,
    /** Null if it failed as a whole. */
    private readonly executed: Executed | null,
    /** What is said beside the data. */
    private readonly extensions?: object,
  ) {}

  with(extensions: object): Answer {
    return new Answer(this.errors, this.executed, extensions);
  }

  get data(): unknown {
    return this.executed?.result.data;
  }

  get json(): string {
    const { errors, data, executed, extensions } = this;
    const isData = errors === undefined && extensions === undefined && executed !== null;
    return isData ? executed.json : JSON.stringify({ errors, data, extensions });
  }
}

/** Executes an operation for a client that is sent the answer as it is. */
export async function answerOperation(execution: Execution, requestId: string, logger: Logger): Promise<Answer> {
  try {
    const executed = await executeOperation(execution);
    const { errors } = executed.result;
    return new Answer(errors && formatErrors(withCode(errors, 'BAD_USER_INPUT'), requestId, logger), executed);
  } catch (error) {
    if (!(error instanceof AnswerTooLarge)) throw error;
    return new Answer(formatErrors([toGraphqlError(error)], requestId, logger), null);
  }
}
