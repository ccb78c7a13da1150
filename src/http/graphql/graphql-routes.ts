import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema, GraphQLFormattedError } from 'graphql';
import { createGraphqlContext, type GraphqlContext, type GraphqlPorts } from '../../graphql/context.ts';
import { assertRunnable } from '../../graphql/cost.ts';
import { formatGraphqlError, faultOf } from '../../graphql/errors.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { graphqlBodyBytesMax, graphqlTokensMax } from '../limits.ts';
import { outcomeOf, type Metrics } from '../metrics/metrics.ts';
import type { Refusal } from '../refusals/refusal.ts';
import {
  callerOf,
  unauthenticatedMessage,
  hostNotAllowedMessage,
  isHostAllowed,
  type ApiAccess,
} from './api-access.ts';

export interface GraphqlRoutesOptions {
  readonly schema: GraphQLSchema;
  readonly ports: () => GraphqlPorts;
  readonly access: ApiAccess;
  readonly metrics: Metrics;
}

/** Says what to do with a request over the limit: code `BODY_TOO_LARGE`. */
export const bodyTooLargeMessage = `The body of the request is larger than ${graphqlBodyBytesMax} bytes. Send a smaller document or fewer variables.`;

/** Says what a request without an operation lacks: code `BAD_REQUEST`. */
export const notGraphqlMessage = 'The body of the request is not a JSON object with the operation as its `query`.';

/** GraphQL over HTTP: `POST /graphql` and `GET /graphql`. Errors have the code and the request's id in `extensions`. */
export async function graphqlRoutes(server: FastifyInstance, options: GraphqlRoutesOptions): Promise<void> {
  const { ports, access, metrics } = options;
  const apollo = createApollo(options, server.log);
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  const refuse = (reply: FastifyReply, { id }: FastifyRequest, { status, error, message }: Refusal) => {
    metrics.operationAnswered(error);
    return reply.code(status).send({ errors: [{ message, extensions: { code: error, requestId: id } }] });
  };

  await server.register((scope, _options, done) => {
    scope.addHook('onRequest', (request, reply, next) => {
      const refused = refusalBeforeBody(request, access);
      if (refused === null) next();
      else void refuse(reply, request, refused);
    });
    scope.addHook('onSend', (request, reply, payload, next) => {
      const withId =
        reply.statusCode >= 400 && typeof payload === 'string' ? addRequestId(payload, request.id, metrics) : null;
      next(null, withId ?? payload);
    });
    scope.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status >= 500) request.log.error(describeFault(error), 'a GraphQL request failed');
      return refuse(reply, request, refusalOfFailure(status));
    });
    scope.route({
      url: '/graphql',
      method: ['GET', 'POST'],
      bodyLimit: graphqlBodyBytesMax,
      handler: fastifyApolloHandler(apollo, {
        // eslint-disable-next-line @typescript-eslint/require-await -- the integration asks for a promise
        context: async (request) =>
          createGraphqlContext(ports(), {
            requestId: request.id,
            // `onRequest` has refused requests without a role.
            role: callerOf(access, request.headers.authorization)?.role ?? 'viewer',
            resumeAfter: null,
          }),
      }),
    });
    done();
  });
}

function createApollo({ schema, metrics }: GraphqlRoutesOptions, logger: FastifyBaseLogger) {
  return new ApolloServer<GraphqlContext>({
    schema,
    plugins: [ApolloServerPluginLandingPageDisabled(), guard, requestIdPlugin(metrics, logger)],
    // Its lines quote errors, and so input; the plugin logs what matters.
    logger: silent,
    formatError: formatGraphqlError,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: graphqlTokensMax },
    maxRecursiveSelections: true,
  });
}

function refusalBeforeBody(request: FastifyRequest, access: ApiAccess): Refusal | null {
  if (callerOf(access, request.headers.authorization) === null) {
    return { status: 401, error: 'UNAUTHENTICATED', message: unauthenticatedMessage(access) };
  }
  // The integration builds this URL too, and would throw.
  if (!URL.canParse(request.url, `${request.protocol}://${request.hostname}/`)) {
    return { status: 400, error: 'BAD_REQUEST', message: 'The header Host of the request is not a valid host.' };
  }
  if (isHostAllowed(access, request.headers.host)) return null;
  return { status: 401, error: 'UNAUTHENTICATED', message: hostNotAllowedMessage };
}

function refusalOfFailure(status: number): Refusal {
  if (status === 413) return { status, error: 'BODY_TOO_LARGE', message: bodyTooLargeMessage };
  if (status < 500) return { status, error: 'BAD_REQUEST', message: notGraphqlMessage };
  return { status: 500, error: 'INTERNAL', message: 'A fault of this server. Report it with the request id.' };
}

/** Refuses operations that can't be run or would cost too much, before anything is read for them. */
const guard: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
        if (operation !== undefined) assertRunnable({ schema, document, operation, variables });
        return Promise.resolve();
      },
    }),
};

/** Adds the request's id to every error, counts outcomes, and logs faults of this product under the same id. */
function requestIdPlugin(metrics: Metrics, logger: Logger): ApolloServerPlugin<GraphqlContext> {
  const logFault = (fault: unknown, requestId?: string) =>
    logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
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

/** For requests that Apollo refuses before they have a context, without calling the plugin; null if the id is there. */
function addRequestId(payload: string, requestId: string, metrics: Metrics): string | null {
  const { errors } = JSON.parse(payload) as { errors?: readonly GraphQLFormattedError[] };
  if (errors === undefined || errors.every(({ extensions }) => extensions?.['requestId'] === requestId)) return null;
  metrics.operationAnswered(outcomeOf(errors));
  return JSON.stringify({ errors: withRequestId(errors, requestId) });
}

function withRequestId(errors: readonly GraphQLFormattedError[], requestId: string): GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  return undefined;
}
