import {
  execute,
  OperationTypeNode,
  type ExecutionArgs,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from 'graphql';
import { createGraphqlContext, type GraphqlContext, type GraphqlPorts, type GraphqlRequest } from '../context.ts';
import { formatErrors, toGraphqlError, withCode } from '../errors.ts';
import { createOperationState } from '../operation-state.ts';

/** A result whose errors have a code of the closed list and the id of the request. */
export interface SendableResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** A query or mutation that may run. */
export interface Answerable {
  answer(): Promise<SendableResult>;
  /** Nobody waits for the answer any more: gives back what it holds. */
  readonly abandon: () => void;
}

/** A query is answered from one state of the read models. */
export function prepareAnswer(
  ports: GraphqlPorts,
  { operation }: OperationDefinitionNode,
  args: ExecutionArgs,
  request: GraphqlRequest,
): Answerable {
  const state = createOperationState(ports);
  return {
    async answer() {
      try {
        if (operation === OperationTypeNode.QUERY) await state.begin();
        return await executeWith(createGraphqlContext(ports, request, state.reader, state.analyses), args);
      } catch (error) {
        return { errors: formatErrors([toGraphqlError(error)], request.requestId, ports.logger) };
      } finally {
        state.end();
      }
    },
    abandon: state.end,
  };
}

/** Executes an operation, or that of one message. */
export async function executeWith(context: GraphqlContext, args: ExecutionArgs): Promise<SendableResult> {
  const { data, errors } = await execute({ ...args, contextValue: context });
  const { requestId, logger } = context;
  return {
    ...(errors && { errors: formatErrors(withCode(errors, 'BAD_USER_INPUT'), requestId, logger) }),
    ...(data !== undefined && { data }),
  };
}
