import {
  GraphQLError,
  separateOperations,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ErrorCode } from '../kernel/errors.ts';
import { costOf, operationNodesMax } from './cost.ts';
import { isTooDeep, variablesDepthMax } from './variables-depth.ts';

/** An operation as it was chosen from a document, before anything is read. */
export interface ResolvedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Refuses what can't be run, and what could touch too many nodes.
 * @throws GraphQLError - GRAPHQL_VALIDATION_FAILED, BAD_USER_INPUT or OPERATION_TOO_COSTLY, for HTTP status 400
 */
export function assertRunnable({ schema, document, operation, variables }: ResolvedOperation): void {
  if (schema.getRootType(operation.operation) == null) {
    throw refusal('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
  }
  if (isTooDeep(variables)) {
    throw refusal('BAD_USER_INPUT', `The variables are more than ${variablesDepthMax} levels deep.`);
  }
  const alone = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const nodes = costOf(schema, alone, variables);
  if (nodes !== null && nodes > operationNodesMax) {
    throw refusal(
      'OPERATION_TOO_COSTLY',
      `The operation may touch ${nodes === Infinity ? 'too many' : nodes} nodes; at most ${operationNodesMax} are allowed. Ask for smaller pages or less depth.`,
    );
  }
}

function refusal(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}
