import {
  getVariableValues,
  GraphQLError,
  isIntrospectionType,
  Kind,
  OperationTypeNode,
  separateOperations,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ComplexityEstimator, ComplexityEstimatorArgs } from 'graphql-query-complexity';
// The package's ES module build loads a second graphql under Node; its CommonJS build shares ours.
import complexity from 'graphql-query-complexity/cjs';
import type { ErrorCode } from '../kernel/errors.ts';
import { pageNodesDefault } from '../lists/list-args-type.ts';

/**
 * Entries that the lists of introspection are counted with: at least the average of this schema (a test compares them), and
 * so at least the number of all for whoever asks for the whole schema.
 */
export const introspectionEntries: Readonly<Record<string, number>> = {
  '__Schema.types': 320,
  '__Schema.directives': 8,
  '__Type.fields': 4,
  '__Type.inputFields': 2,
  '__Type.enumValues': 2,
  '__Type.interfaces': 1,
  '__Type.possibleTypes': 1,
  '__Field.args': 1,
  '__Directive.args': 1,
};

/**
 * Values of introspection that cost as much as one node. They are not free, as those of a row are: a document of 7 KB can
 * ask for each description of the schema 400 times. At 1 / 32 the introspection query of GraphiQL and of codegen still runs, which a test
 * holds.
 */
const valuesPerNode = 32;

/** The cost of a field of introspection; undefined for any other. */
const introspectionEstimator: ComplexityEstimator = ({ type, field, childComplexity }: ComplexityEstimatorArgs) => {
  if (!isIntrospectionType(type)) return undefined;
  const entries = introspectionEntries[`${type.name}.${field.name}`];
  const own = 1 / valuesPerNode;
  return own + (entries === undefined ? childComplexity : entries * (1 + childComplexity));
};

/** Nodes that one operation may touch: 200 pages of the default size, or 50 sessions with a page inside each, four times. */
export const operationNodesMax = 10_000;

/**
 * Cost of a list's count for each node of its page. The count is made once for all of them, but counting is as
 * expensive for a page of one node as for any other.
 */
export const countCost = 4;

/** Entries of the plain lists inside a session or task; its callbacks have the rest. */
export const innerListMax = 100;

/** Values of other callbacks that are shown for a field, at most: a session has at most `innerListMax`, but twelve fields. */
export const offeredValuesMax = 20;

/** Plain lists are rarely full: they cost as much as this many nodes. */
const innerListNodes = 20;

/** Cost of an analysis besides its rows, in nodes: an operation can have a few, which share one thread and its time. */
export const analysisCost = 1_000;

interface FieldCost {
  readonly args: Record<string, unknown>;
  /** Cost of what is selected of one node. */
  readonly childComplexity: number;
}

/** Cost of a page: each of its nodes, with what is selected of it. */
export function pageCost({ args, childComplexity }: FieldCost): number {
  const size = Number(args['first'] ?? args['last'] ?? pageNodesDefault);
  // The resolver refuses sizes out of bounds; here they only must not make the sum smaller.
  return 1 + Math.max(1, size) * (1 + childComplexity);
}

/** Cost of a plain list inside a session or task. */
export function innerListComplexity({ childComplexity }: Pick<FieldCost, 'childComplexity'>): number {
  return 1 + innerListNodes * (1 + childComplexity);
}

/** Cost of the runs of a task: as a plain list, or as the one run that is asked for. */
export function runsComplexity({ args, childComplexity }: FieldCost): number {
  return args['number'] == null ? innerListComplexity({ childComplexity }) : 1 + childComplexity;
}

/** Cost of an explanation of this many fields; `foldingCost` is that of reading and folding its callbacks. Both in nodes. */
export function explanationComplexity(fields: number, foldingCost: number) {
  return ({ childComplexity }: Pick<FieldCost, 'childComplexity'>): number =>
    foldingCost + 1 + fields * (1 + childComplexity);
}

const estimators = [
  complexity.fieldExtensionsEstimator(),
  introspectionEstimator,
  complexity.simpleEstimator({ defaultComplexity: 0 }),
];

/**
 * Nodes that an operation may touch; Infinity if they are too many to count. Null if its variables don't fit: execution
 * refuses those with the right code.
 */
function costOf({ schema, document, operation, variables }: ResolvedOperation): number | null {
  if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors !== undefined) return null;
  try {
    const nodes = complexity.getComplexity({
      schema,
      query: operationAlone(document, operation),
      variables,
      estimators,
    });
    return Math.ceil(nodes);
  } catch (error) {
    // The library gives up if fragments multiply the nodes of the document itself.
    if (error instanceof GraphQLError) return Infinity;
    throw error;
  }
}

/** Levels of objects and lists in the variables; the deepest accepted filter needs fewer than 20. */
const variablesDepthMax = 32;

type Variables = Readonly<Record<string, unknown>>;

/** An operation chosen from a document, before anything is read. */
export interface ResolvedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
}

/** Returns the nodes that it may touch, 0 for variables that don't fit. @throws GraphQLError - BAD_USER_INPUT or OPERATION_TOO_COSTLY, for HTTP status 400 */
export function assertRunnable(resolved: ResolvedOperation): number {
  const { operation, variables } = resolved;
  if (levelsOf(variables) === null) {
    throw refusal(operation, 'BAD_USER_INPUT', `The variables nest more than ${variablesDepthMax} levels deep.`);
  }
  const accepted = acceptedOf.get(operation)?.get(costKeyOf(operation, variables));
  if (accepted !== undefined) return accepted;
  const nodes = costOf(resolved);
  if (nodes !== null && nodes > operationNodesMax) {
    throw refusal(
      operation,
      'OPERATION_TOO_COSTLY',
      `The operation may touch ${nodes === Infinity ? 'too many' : nodes} nodes; at most ${operationNodesMax} are allowed. Ask for smaller pages or less depth.`,
    );
  }
  if (nodes !== null) accept(operation, variables, nodes);
  return nodes ?? 0;
}

/** What an operation has of something bounded; null if that is too much to count. */
export interface Measure {
  readonly used: number | null;
  readonly limit: number;
}

/**
 * What the answer of an operation has as `extensions` for a client that asks what it cost: what `assertRunnable` checks, and what it used
 * of its budgets, each beside its bound. Null are nodes too many to count, and those of variables that don't fit.
 */
export function costExtensions(resolved: ResolvedOperation, { measured }: { readonly measured: object }): object {
  const levels = levelsOf(resolved.variables);
  const nodes = levels === null ? null : costOf(resolved);
  const checked: Readonly<Record<string, Measure>> = {
    nodes: { used: nodes === Infinity ? null : nodes, limit: operationNodesMax },
    variableLevels: { used: levels, limit: variablesDepthMax },
  };
  return { cost: { ...checked, ...measured } };
}

/** Page sizes that are remembered of an operation: a client uses a few. */
const acceptedMax = 16;

/**
 * The nodes that were accepted of each operation that is still in use, by the variables that its cost depends on: a caller
 * that keeps parsed documents pays for counting once. Refusals, and variables that don't fit, are checked anew each
 * time.
 */
const acceptedOf = new WeakMap<OperationDefinitionNode, Map<string, number>>();

function accept(operation: OperationDefinitionNode, variables: Variables, nodes: number): void {
  const accepted = acceptedOf.get(operation) ?? new Map<string, number>();
  acceptedOf.set(operation, accepted);
  if (accepted.size < acceptedMax) accepted.set(costKeyOf(operation, variables), nodes);
}

/**
 * The cost depends on page sizes and on the conditions of `@skip` and `@include`, which are numbers and booleans. Of
 * other variables it depends on whether they are set, such as `asOf`, and on their length, such as that of lists of
 * ids.
 */
function costKeyOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): string {
  let key = '';
  for (const { variable, type } of variableDefinitions) {
    const value = variables[variable.name.value];
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    const isOfCost = named.kind === Kind.NAMED_TYPE && (named.name.value === 'Int' || named.name.value === 'Boolean');
    // An absent variable differs from null: it has its default value.
    key += `${JSON.stringify(isOfCost || value == null ? value : Array.isArray(value) ? value.length : true)},`;
  }
  return key;
}

/** Refuses a subscription if there can be only one answer. @throws GraphQLError - SUBSCRIPTION_NEEDS_STREAM */
export function assertSingleAnswer({ operation }: Pick<ResolvedOperation, 'operation'>): void {
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
  throw refusal(
    operation,
    'SUBSCRIPTION_NEEDS_STREAM',
    'Subscriptions are not answered here: send them to /graphql/stream, or to /graphql as a WebSocket.',
  );
}

/** The document without its other operations and their fragments. */
export function operationAlone(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  return separateOperations(document)[operation.name?.value ?? ''] ?? document;
}

/** Levels of objects and lists; null if there are too many. Not recursive: excessive nesting would overflow the stack. */
function levelsOf(variables: Variables): number | null {
  let level: readonly unknown[] = Object.values(variables).filter(isContainer);
  for (let depth = 0; depth <= variablesDepthMax; depth += 1) {
    if (level.length === 0) return depth;
    level = level.flatMap((value): readonly unknown[] => Object.values(value as object).filter(isContainer));
  }
  return null;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function refusal(operation: OperationDefinitionNode, code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { nodes: operation, extensions: { code, http: { status: 400 } } });
}

type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Whether an operation selects a field of this name anywhere beneath the present one, even if a directive may exclude it. */
export function selectsField(info: Selected, name: string): boolean {
  return selects(info, (field, within) => field.name.value === name || within(field.selectionSet));
}

/** Whether it selects any of these fields of the present one's own object. */
export function selectsOwn(info: Selected, names: ReadonlySet<string>): boolean {
  return selects(info, (field) => names.has(field.name.value));
}

type Within = (set: SelectionSetNode | undefined) => boolean;

function selects(
  { fieldNodes, fragments }: Selected,
  isWanted: (field: FieldNode, within: Within) => boolean,
): boolean {
  const within: Within = (set) =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return isWanted(selection, within);
      return within(
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments[selection.name.value]?.selectionSet,
      );
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => within(selectionSet));
}

const namesOf = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>();

/** The names of all fields that an operation selects anywhere, collected once for as long as its document is kept. */
export function fieldNamesOf({
  operation,
  fragments,
}: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>): ReadonlySet<string> {
  const existing = namesOf.get(operation);
  if (existing !== undefined) return existing;
  const names = new Set<string>();
  for (const part of [operation, ...Object.values(fragments)]) {
    visit(part, { Field: ({ name }) => void names.add(name.value) });
  }
  namesOf.set(operation, names);
  return names;
}
