import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../../kernel/errors.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { faultOf, formatGraphqlError } from '../errors.ts';

/** Errors as they leave: each with a code of the closed list and the request's id; faults of ours stand in the log. */
export function errorResult(
  errors: readonly GraphQLError[],
  requestId: string,
  logger: Logger,
): readonly GraphQLFormattedError[] {
  return errors.map((error) => {
    const fault = faultOf(error);
    if (fault !== null) logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
    const formatted = formatGraphqlError(error.toJSON(), error);
    return { ...formatted, extensions: { ...formatted.extensions, requestId } };
  });
}

/** The same errors with a code, where graphql-js gave them none: what it refuses has none of its own. */
export function withCode(errors: readonly GraphQLError[], code: ErrorCode): readonly GraphQLError[] {
  return errors.map((error) => {
    const { message, originalError, nodes = null, source = null, positions = null, path = null } = error;
    const isGraphqls = originalError === undefined || originalError instanceof GraphQLError;
    if (!isGraphqls || error.extensions['code'] !== undefined) return error;
    const cause = originalError === undefined ? {} : { originalError };
    return new GraphQLError(message, { nodes, source, positions, path, ...cause, extensions: { code } });
  });
}

/** Whatever was thrown, as an error of GraphQL. */
export function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('It failed.', { originalError: error instanceof Error ? error : new Error(typeof error) });
}
