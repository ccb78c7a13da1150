import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlContext } from '../../graphql/context.ts';
import { faultOf } from '../../graphql/errors.ts';
import { errorCodes, type ErrorCode } from '../../kernel/errors.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Adds the request's id to every error, counts outcomes, and logs faults of this product under the same id. */
export function requestIdPlugin(metrics: Metrics, logger: Logger): ApolloServerPlugin<GraphqlContext> {
  const logFault = (fault: unknown, requestId?: string) => {
    logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
  };
  return {
    contextCreationDidFail({ error }) {
      logFault(error);
      return Promise.resolve();
    },
    unexpectedErrorProcessingRequest({ error, requestContext }) {
      logFault(error, requestContext.contextValue.requestId);
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors({ errors, contextValue: { requestId } }) {
          for (const fault of errors.flatMap((error) => faultOf(error) ?? [])) logFault(fault, requestId);
          return Promise.resolve();
        },
        willSendResponse({ response, contextValue: { requestId } }) {
          if (response.body.kind !== 'single') return Promise.resolve();
          const result = response.body.singleResult;
          metrics.operationAnswered(outcomeOf(result.errors));
          if (result.errors !== undefined) result.errors = withRequestId(result.errors, requestId);
          return Promise.resolve();
        },
      }),
  };
}

/**
 * The answer with the request's id in its errors, where Apollo refused the request before it had a context, and therefore
 * without calling the plugin; null where the id is there already.
 */
export function addRequestId(payload: string, requestId: string, metrics: Metrics): string | null {
  const { errors } = JSON.parse(payload) as { errors?: readonly GraphQLFormattedError[] };
  if (errors === undefined || errors.every(({ extensions }) => extensions?.['requestId'] === requestId)) return null;
  metrics.operationAnswered(outcomeOf(errors));
  return JSON.stringify({ errors: withRequestId(errors, requestId) });
}

function withRequestId(errors: readonly GraphQLFormattedError[], requestId: string): GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** The code of the first error as a label for metrics: always one of the closed list. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}
