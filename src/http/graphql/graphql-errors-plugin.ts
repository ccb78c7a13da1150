import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlContext } from '../../graphql/context.ts';
import { faultOf } from '../../graphql/errors.ts';
import { errorCodes, type ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/fault.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Every error names its request, and a fault of ours stands under that name in the log of the process. */
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
          if (result.errors !== undefined) result.errors = nameRequest(result.errors, requestId);
          return Promise.resolve();
        },
      }),
  };
}

/**
 * The answer with its request named, where Apollo refused the request before it had a context, and so before the plugin
 * above saw it; null where all is named already.
 */
export function addRequestId(payload: string, requestId: string, metrics: Metrics): string | null {
  const { errors } = JSON.parse(payload) as { errors?: readonly GraphQLFormattedError[] };
  if (errors === undefined || errors.every(({ extensions }) => extensions?.['requestId'] === requestId)) return null;
  metrics.operationAnswered(outcomeOf(errors));
  return JSON.stringify({ errors: nameRequest(errors, requestId) });
}

function nameRequest(errors: readonly GraphQLFormattedError[], requestId: string): GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** The list of codes is closed, so the values of the label are. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): ErrorCode | 'OK' {
  const [first] = errors ?? [];
  if (first === undefined) return 'OK';
  const code = String(first.extensions?.['code']);
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL';
}
