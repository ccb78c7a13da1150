import {
  GraphQLError,
  separateOperations,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ErrorCode } from '../kernel/errors.ts';
import { costOf, operationNodesMax } from './cost.ts';

/** Objects and lists inside each other in the variables; the deepest filter that is accepted needs fewer than 20. */
const variablesDepthMax = 32;

/** An operation that was chosen from a document, before anything is read. */
export interface ResolvedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Refuses operations that can't be run or could touch too many nodes.
 * @throws GraphQLError - GRAPHQL_VALIDATION_FAILED, BAD_USER_INPUT or OPERATION_TOO_COSTLY, for HTTP status 400
 */
export function assertRunnable({ schema, document, operation, variables }: ResolvedOperation): void {
  if (schema.getRootType(operation.operation) == null) {
    throw refusal('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
  }
  if (isTooDeep(variables)) {
    throw refusal('BAD_USER_INPUT', `The variables nest more than ${variablesDepthMax} levels deep.`);
  }
  const alone = operationAlone(document, operation);
  const nodes = costOf(schema, alone, variables);
  if (nodes !== null && nodes > operationNodesMax) {
    throw refusal(
      'OPERATION_TOO_COSTLY',
      `The operation may touch ${nodes === Infinity ? 'too many' : nodes} nodes; at most ${operationNodesMax} are allowed. Ask for smaller pages or less depth.`,
    );
  }
}

/** The document without its other operations and their fragments. */
export function operationAlone(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  return separateOperations(document)[operation.name?.value ?? ''] ?? document;
}

/** Goes level by level instead of recursively: nesting that is too deep would overflow the stack. */
function isTooDeep(variables: Readonly<Record<string, unknown>>): boolean {
  let level: readonly unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > variablesDepthMax) return true;
    level = level.flatMap((value): readonly unknown[] => Object.values(value as object).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function refusal(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}
