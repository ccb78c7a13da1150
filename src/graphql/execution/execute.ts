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
import { planOperation, type FieldPlan, type Planned, type SelectionPlan, type ValuePlan } from './plan.ts';

type PromiseOrValue<Value> = Value | Promise<Value>;

type Path = GraphQLResolveInfo['path'];

/** An operation that was validated, and its cost accepted. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue?: unknown;
  /** Makes the context: a second one, with budgets of its own, where an operation is executed a second time. */
  readonly createContext: () => object;
}

/**
 * Executes an operation as `execute` of graphql-js does, by a plan of its document that is made once: see
 * docs/decisions/0029-reading-fast.md. Only what goes well is answered by the plan. Where anything fails (a resolver, a
 * value that is not of its type, a variable), and for mutations, graphql-js executes it all, so that errors are its own.
 */
export async function executeOperation(execution: Execution): Promise<ExecutionResult> {
  const data = await executePlanned(execution);
  return data === null ? executeUnplanned(execution) : { data };
}

/** Executes an operation by graphql-js. */
export function executeUnplanned(execution: Execution): PromiseOrValue<ExecutionResult> {
  const { schema, document, operation, variables, rootValue, createContext } = execution;
  return execute({
    schema,
    document,
    rootValue,
    operationName: operation.name?.value ?? null,
    variableValues: variables,
    contextValue: createContext(),
  });
}

/** The data of an answer without errors; null where the plan can't answer. */
export async function executePlanned(execution: Execution): Promise<Answer | null> {
  const { schema, document, operation, variables, rootValue, createContext } = execution;
  if (operation.operation === OperationTypeNode.MUTATION) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced === undefined) return null;
  try {
    const plan = planOf({ schema, operation, fragments: fragmentsOf(document), variableValues: coerced });
    const { fragments } = plan;
    const common = { schema, fragments, rootValue, operation, variableValues: coerced };
    return await readObject({ common, context: createContext() }, plan.selection, rootValue, undefined);
  } catch {
    // graphql-js says what it is.
    return null;
  }
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
interface Run {
  readonly common: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'rootValue' | 'operation' | 'variableValues'>;
  readonly context: object;
}

type Answer = Record<string, unknown>;

/** Objects without a prototype, so that any alias is a property; V8 is faster with these than with Object.create(null). */
const AnswerObject = function () {
  return undefined;
} as unknown as new () => Answer;
AnswerObject.prototype = Object.create(null) as Answer;

/** Every function from here on throws, or rejects, where graphql-js would have an error to report. */
function readObject(run: Run, selection: SelectionPlan, source: unknown, path: Path | undefined) {
  const answer = new AnswerObject();
  let waiting: Promise<unknown>[] | null = null;
  for (const plan of selection) {
    const value =
      plan.property !== null && plan.value.kind === 'leaf'
        ? readLeaf(plan.value, (source as Answer)[plan.property])
        : readField(run, plan, source, path);
    answer[plan.name] = value;
    if (isPromise(value)) {
      waiting ??= [];
      waiting.push(handled(value.then((read) => (answer[plan.name] = read))));
    }
  }
  return waiting === null ? answer : handled(Promise.all(waiting).then(() => answer));
}

/** Where another field fails, nobody waits for the promise any more: then it may reject. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

function readField(run: Run, plan: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
  const { name, nodes, parentType, field, property, value } = plan;
  const path: Path = { prev: parentPath, key: name, typename: parentType.name };
  const info = { fieldName: field.name, fieldNodes: nodes, returnType: field.type, parentType, path, ...run.common };
  if (property !== null) return readValue(run, value, (source as Answer)[property], info);
  const [node] = nodes;
  const args = node === undefined ? {} : getArgumentValues(field, node, run.common.variableValues);
  const resolved = plan.resolve(source, args, run.context, info);
  if (isPromise(resolved)) return handled(resolved.then((result) => readValue(run, value, result, info)));
  return readValue(run, value, resolved, info);
}

function readValue(run: Run, plan: ValuePlan, value: unknown, info: GraphQLResolveInfo): unknown {
  if (plan.kind === 'leaf') return readLeaf(plan, value);
  if (value == null) return readNull(plan);
  if (plan.kind === 'list') return readList(run, plan.item, value, info);
  if (value instanceof Error || isPromise(value)) throw unusual();
  if (plan.kind === 'object') return readObject(run, plan.selection, value, info.path);
  const { type, selectionOf } = plan;
  const name: unknown = type.resolveType?.(value, run.context, info, type);
  const objectType = typeof name === 'string' ? run.common.schema.getType(name) : undefined;
  const possible = run.common.schema.getPossibleTypes(type).find((one) => one === objectType);
  if (possible === undefined) throw unusual();
  return readObject(run, selectionOf(possible), value, info.path);
}

function readList(run: Run, plan: ValuePlan, list: unknown, info: GraphQLResolveInfo): unknown {
  if (!Array.isArray(list)) throw unusual();
  const items = list.map((item: unknown, key) => {
    if (plan.kind === 'leaf') return readLeaf(plan, item);
    const path: Path = { prev: info.path, key, typename: undefined };
    return readValue(run, plan, item, { ...info, path });
  });
  return items.some(isPromise) ? handled(Promise.all(items)) : items;
}

function readLeaf(plan: ValuePlan & { readonly kind: 'leaf' }, value: unknown): unknown {
  if (value == null) return readNull(plan);
  if (typeof value === 'object' && (value instanceof Error || isPromise(value))) throw unusual();
  const sent = plan.type.serialize(value);
  if (sent == null) throw unusual();
  return sent;
}

function readNull({ nullable }: ValuePlan): null {
  if (nullable) return null;
  throw unusual();
}

/** Never shown: graphql-js has the message. */
function unusual(): Error {
  return new Error('Left to graphql-js.');
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
