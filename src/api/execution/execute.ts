import { setImmediate as turn } from 'node:timers/promises';
import {
  execute,
  getArgumentValues,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { TimeSlices } from '../../kernel/time-slices.ts';
import type { KeptTexts } from '../../projecting/rows.ts';
import { AnswerBudget, AnswerTooLarge, assertTextFits, lengthOf } from './answer-budget.ts';
import { planOperation, type FieldPlan, type Planned, type SelectionPlan, type ValuePlan } from './plan.ts';

/** Objects of a list that are written between two checks of the clock. */
const itemsInOneSlice = 50;

type PromiseOrValue<Value> = Value | Promise<Value>;

/** Characters. A longer answer takes about a millisecond to write and another to read; other work runs in between. */
const largeTextLength = 32 * 1024;

/** JSON. */
type Text = PromiseOrValue<string>;

type Path = GraphQLResolveInfo['path'];

/** A validated operation whose cost was accepted. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue?: unknown;
  /** Makes a context with full budgets: an operation that is executed a second time gets a second one. */
  readonly createContext: () => { readonly slices: TimeSlices };
}

/**
 * Executes an operation as `execute` of graphql-js does, by a plan that is made once for its document: see
 * docs/decisions/0029-reading-fast.md. The plan answers only operations that succeed. If anything fails (a resolver, a
 * value of the wrong type, a variable), and for mutations, graphql-js executes the whole operation, so that errors are
 * its own.
 * @throws AnswerTooLarge
 */
export async function executeOperation(execution: Execution): Promise<ExecutionResult> {
  const text = await executePlanned(execution);
  if (text === null) return executeUnplanned(execution);
  if (text.length > largeTextLength) await turn();
  return { data: JSON.parse(text) as Record<string, unknown> };
}

/** Executes an operation with graphql-js. @throws AnswerTooLarge */
export async function executeUnplanned(execution: Execution): Promise<ExecutionResult> {
  const { schema, document, operation, variables, rootValue, createContext } = execution;
  const result = await execute({
    schema,
    document,
    rootValue,
    operationName: operation.name?.value ?? null,
    variableValues: variables,
    contextValue: createContext(),
  });
  // Texts of the result are still shared with the rows; as JSON each would be written wherever it is selected.
  lengthOf(result);
  return result;
}

/**
 * The data of an answer without errors, as JSON; null if the plan can't answer. A promise only if a field waits.
 * @throws AnswerTooLarge - as soon as too much is written
 */
export function executePlanned(execution: Execution): PromiseOrValue<string | null> {
  const { schema, document, operation, variables, rootValue, createContext } = execution;
  if (operation.operation === OperationTypeNode.MUTATION) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced === undefined) return null;
  try {
    const plan = planOf({ schema, operation, fragments: fragmentsOf(document), variableValues: coerced });
    const { fragments } = plan;
    const common = { schema, fragments, rootValue, operation, variableValues: coerced };
    const shared = { common, context: createContext(), args: new Map(), answer: new AnswerBudget() };
    const text = writeObject(shared, plan.selection, rootValue, undefined);
    return typeof text === 'string' ? fitting(text) : text.then(fitting).catch(leaveToOther);
  } catch (error) {
    return leaveToOther(error);
  }
}

function fitting(text: string): string {
  assertTextFits(text);
  return text;
}

/** graphql-js reports the error, unless it would write as much. */
function leaveToOther(error: unknown): null {
  if (error instanceof AnswerTooLarge) throw error;
  return null;
}

interface Plan {
  readonly fragments: Planned['fragments'];
  readonly selection: SelectionPlan;
}

/** Plans of an operation: one for each combination of its booleans, which `@skip` and `@include` may depend on. */
const plansMax = 16;

/** Plans are kept as long as the parsed document is. */
const plansOf = new WeakMap<OperationDefinitionNode, Map<string, Plan>>();

function planOf(planned: Planned): Plan {
  const { operation, variableValues } = planned;
  const plans = plansOf.get(operation) ?? new Map<string, Plan>();
  plansOf.set(operation, plans);
  const key = conditionsOf(operation, variableValues);
  const existing = plans.get(key);
  if (existing !== undefined) return existing;
  const plan = { fragments: planned.fragments, selection: planOperation(planned) };
  if (plans.size < plansMax) plans.set(key, plan);
  return plan;
}

function conditionsOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  values: Planned['variableValues'],
): string {
  let key = '';
  for (const { variable, type } of variableDefinitions) {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    if (named.kind !== Kind.NAMED_TYPE || named.name.value !== 'Boolean') continue;
    key += `${String(values[variable.name.value])},`;
  }
  return key;
}

const fragmentsOfDocument = new WeakMap<DocumentNode, Planned['fragments']>();

function fragmentsOf(document: DocumentNode): Planned['fragments'] {
  const existing = fragmentsOfDocument.get(document);
  if (existing !== undefined) return existing;
  const fragments = Object.create(null) as Record<string, Planned['fragments'][string]>;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  fragmentsOfDocument.set(document, fragments);
  return fragments;
}

/** What is the same for all fields. */
interface ExecutionContext {
  readonly common: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'rootValue' | 'operation' | 'variableValues'>;
  readonly context: { readonly slices: TimeSlices };
  /** Arguments of fields, made for the first object of each field. */
  readonly args: Map<FieldPlan, Readonly<Record<string, unknown>>>;
  readonly answer: AnswerBudget;
}

type Source = Readonly<Record<string, unknown>>;

/** Every function from here on throws or rejects if graphql-js would report an error. */
function writeObject(
  execution: ExecutionContext,
  selection: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): Text {
  const texts: Text[] = [];
  for (const part of selection) {
    const [field] = part.fields;
    if (part.id !== null) texts.push(writeProperties(execution, part.id, part.fields, source));
    else if (field !== undefined) texts.push(writeField(execution, field, source, path));
  }
  return joined('{', texts, '}');
}

/** Written once for each state of the object, if the object keeps its texts. */
function writeProperties(
  execution: ExecutionContext,
  part: number,
  fields: readonly FieldPlan[],
  source: unknown,
): string {
  const { keptTexts } = source as { readonly keptTexts?: KeptTexts | null };
  const kept = keptTexts?.get(part);
  if (kept !== undefined) {
    execution.answer.spend(kept.length);
    return kept;
  }
  const text = fields
    .map(({ nameText, property, value }) => {
      execution.answer.spend(nameText.length);
      return nameText + writePlain(execution, value, (source as Source)[String(property)]);
    })
    .join(',');
  keptTexts?.set(part, text);
  return text;
}

function writePlain(execution: ExecutionContext, plan: ValuePlan, value: unknown): string {
  if (plan.kind === 'leaf') return writeLeaf(execution, plan, value);
  const text = writeValue(execution, plan, value, noInfo);
  if (typeof text !== 'string') throw unusual();
  return text;
}

/** Plain fields call no resolver, so nothing reads the info. */
const noInfo = { path: undefined } as unknown as GraphQLResolveInfo;

function named({ nameText }: FieldPlan, text: Text): Text {
  return typeof text === 'string' ? nameText + text : handled(text.then((written) => nameText + written));
}

function joined(begin: string, texts: readonly Text[], end: string): Text {
  if (areWritten(texts)) return begin + texts.join(',') + end;
  return handled(joinedLater(begin, texts, end));
}

async function joinedLater(begin: string, texts: readonly Text[], end: string): Promise<string> {
  const written: string[] = [];
  for (const text of texts) written.push(typeof text === 'string' ? text : await text);
  return begin + written.join(',') + end;
}

function areWritten(texts: readonly Text[]): texts is readonly string[] {
  return texts.every((text) => typeof text === 'string');
}

/** If another field fails, nobody waits for the promise any more: then it may reject. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {
  return undefined;
}

/** With its name. */
function writeField(execution: ExecutionContext, plan: FieldPlan, source: unknown, parentPath: Path | undefined): Text {
  const { name, nameText, nodes, parentType, field, property, value } = plan;
  execution.answer.spend(nameText.length);
  const path: Path = { prev: parentPath, key: name, typename: parentType.name };
  const info = {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType,
    path,
    ...execution.common,
  };
  if (property !== null) return named(plan, writeValue(execution, value, (source as Source)[property], info));
  const resolved = plan.resolve(source, argsOf(execution, plan), execution.context, info);
  if (isPromise(resolved))
    return handled(resolved.then((result) => named(plan, writeValue(execution, value, result, info))));
  return named(plan, writeValue(execution, value, resolved, info));
}

function argsOf({ args, common }: ExecutionContext, plan: FieldPlan): Readonly<Record<string, unknown>> {
  const known = args.get(plan);
  if (known !== undefined) return known;
  const [node] = plan.nodes;
  const made = node === undefined ? {} : getArgumentValues(plan.field, node, common.variableValues);
  args.set(plan, made);
  return made;
}

function writeValue(execution: ExecutionContext, plan: ValuePlan, value: unknown, info: GraphQLResolveInfo): Text {
  if (plan.kind === 'leaf') return writeLeaf(execution, plan, value);
  if (value == null) return writeNull(plan);
  if (plan.kind === 'list') return writeList(execution, plan.item, value, info);
  if (value instanceof Error || isPromise(value)) throw unusual();
  if (plan.kind === 'object') return writeObject(execution, plan.selection, value, info.path);
  const { type, selectionOf } = plan;
  const name: unknown = type.resolveType?.(value, execution.context, info, type);
  const objectType = typeof name === 'string' ? execution.common.schema.getType(name) : undefined;
  const possible = execution.common.schema.getPossibleTypes(type).find((one) => one === objectType);
  if (possible === undefined) throw unusual();
  return writeObject(execution, selectionOf(possible), value, info.path);
}

function writeList(execution: ExecutionContext, plan: ValuePlan, list: unknown, info: GraphQLResolveInfo): Text {
  if (!Array.isArray(list)) throw unusual();
  if (plan.kind === 'leaf') return `[${list.map((item) => writeLeaf(execution, plan, item)).join(',')}]`;
  const { slices } = execution.context;
  const texts: Text[] = [];
  const writeItem = (item: unknown) => {
    const path: Path = { prev: info.path, key: texts.length, typename: undefined };
    texts.push(writeValue(execution, plan, item, { ...info, path }));
  };
  const inThisSlice = (): Text => {
    for (const item of list.slice(texts.length, texts.length + itemsInOneSlice)) writeItem(item);
    return texts.length >= list.length ? joined('[', texts, ']') : writeRest();
  };
  const writeRest = () => (slices.isOver() ? handled(slices.next().then(inThisSlice)) : inThisSlice());
  return list.length > itemsInOneSlice ? writeRest() : inThisSlice();
}

function writeLeaf(execution: ExecutionContext, plan: LeafPlan, value: unknown): string {
  const text = leafText(plan, value);
  execution.answer.spend(text.length);
  return text;
}

type LeafPlan = ValuePlan & { readonly kind: 'leaf' };

function leafText(plan: LeafPlan, value: unknown): string {
  if (value == null) return writeNull(plan);
  if (typeof value === 'object' && (value instanceof Error || isPromise(value))) throw unusual();
  const sent = plan.type.serialize(value);
  if (typeof sent === 'string') return quoted(sent);
  if (sent == null) throw unusual();
  // Undefined for values that JSON does not have: graphql-js leaves the field out.
  const text = JSON.stringify(sent) as string | undefined;
  if (text === undefined) throw unusual();
  return text;
}

/** JSON.stringify takes twice as long for text that needs no escapes. */
function quoted(text: string): string {
  return needsEscapes.test(text) ? JSON.stringify(text) : `"${text}"`;
}

const needsEscapes = /[^ !#-[\]-~]/;

function writeNull({ nullable }: ValuePlan): 'null' {
  if (nullable) return 'null';
  throw unusual();
}

/** Never shown: the message comes from graphql-js. */
function unusual(): Error {
  return new Error('Left to graphql-js.');
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
