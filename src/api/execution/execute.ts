import {
  execute,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { TimeSlices } from '../../kernel/time-slices.ts';
import { lengthOf } from './answer-budget.ts';

/** A validated operation whose cost was accepted. */
export interface Execution {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue?: unknown;
  /** With full budgets. */
  readonly context: { readonly slices: TimeSlices };
}

/** What an operation came to. */
export interface Executed {
  readonly result: ExecutionResult;
  /** About the characters that its data has as JSON. */
  readonly length: number;
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
  return { result, length: lengthOf(result) };
}
