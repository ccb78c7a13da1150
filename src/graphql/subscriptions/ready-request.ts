import { OperationTypeNode, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { createGraphqlContext, type GraphqlPorts, type GraphqlRequest } from '../context.ts';
import type { ResolvedOperation } from '../cost.ts';
import { formatErrors, toGraphqlError, withCode } from '../errors.ts';
import { executeOperation } from '../execution/execute.ts';
import { createOperationState } from '../operation-state.ts';
import type { Logger } from '../../kernel/logger.ts';

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
export function prepareAnswer(ports: GraphqlPorts, resolved: ResolvedOperation, request: GraphqlRequest): Answerable {
  const state = createOperationState(ports);
  const createContext = () => createGraphqlContext(ports, request, state.reader, state.parts);
  return {
    async answer() {
      try {
        if (resolved.operation.operation === OperationTypeNode.QUERY) await state.begin();
        return toSendable(await executeOperation({ ...resolved, createContext }), request.requestId, ports.logger);
      } catch (error) {
        return { errors: formatErrors([toGraphqlError(error)], request.requestId, ports.logger) };
      } finally {
        state.end();
      }
    },
    abandon: state.end,
  };
}

/** The result of an operation, or of one message, for its client. */
export function toSendable({ data, errors }: ExecutionResult, requestId: string, logger: Logger): SendableResult {
  return {
    ...(errors && { errors: formatErrors(withCode(errors, 'BAD_USER_INPUT'), requestId, logger) }),
    ...(data !== undefined && { data }),
  };
}
