import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { GraphQLSchema } from 'graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/fault.ts';
import { createGraphqlContext, type GraphqlContext, type GraphqlPorts } from '../../graphql/context.ts';
import { formatGraphqlError } from '../../graphql/errors.ts';
import { assertRunnable } from '../../graphql/guard.ts';
import { isHostAllowed, hostNotAllowedMessage, roleOf, unauthenticatedMessage, type ApiAccess } from './api-tokens.ts';
import { addRequestId, requestIdPlugin } from './graphql-errors-plugin.ts';
import { graphqlBodyBytesMax, graphqlTokensMax } from '../limits.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** GraphQL over HTTP: `POST /graphql` and `GET /graphql`. */
export async function graphqlRoutes(
  server: FastifyInstance,
  schema: GraphQLSchema,
  ports: () => GraphqlPorts,
  access: ApiAccess,
  metrics: Metrics,
): Promise<void> {
  const apollo = new ApolloServer<GraphqlContext>({
    schema,
    plugins: [ApolloServerPluginLandingPageDisabled(), guard, requestIdPlugin(metrics, server.log)],
    // Its lines quote errors, hence input; the plugin above tells what they tell.
    logger: silent,
    formatError: formatGraphqlError,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: graphqlTokensMax },
    maxRecursiveSelections: true,
  });
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  const refuse = (reply: FastifyReply, { id }: FastifyRequest, status: number, code: ErrorCode, message: string) => {
    metrics.operationAnswered(code);
    return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: id } }] });
  };

  await server.register((scope, _options, done) => {
    scope.addHook('onRequest', (request, reply, next) => {
      if (roleOf(access, request.headers.authorization) === null) {
        void refuse(reply, request, 401, 'UNAUTHENTICATED', unauthenticatedMessage(access));
      } else if (!URL.canParse(request.url, `${request.protocol}://${request.hostname}/`)) {
        // The integration puts the URL together, and would fail.
        void refuse(reply, request, 400, 'BAD_REQUEST', 'The host of the request is none.');
      } else if (!isHostAllowed(access, request.headers.host)) {
        void refuse(reply, request, 401, 'UNAUTHENTICATED', hostNotAllowedMessage);
      } else next();
    });
    scope.addHook('onSend', (request, reply, payload, next) => {
      const named =
        reply.statusCode >= 400 && typeof payload === 'string' ? addRequestId(payload, request.id, metrics) : null;
      next(null, named ?? payload);
    });
    scope.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status === 413) {
        const message = `The request is larger than ${graphqlBodyBytesMax} bytes.`;
        return refuse(reply, request, 413, 'BODY_TOO_LARGE', message);
      }
      if (status < 500) {
        return refuse(reply, request, status, 'BAD_REQUEST', 'The request is not a JSON body with a query.');
      }
      request.log.error(describeFault(error), 'a GraphQL request failed');
      return refuse(reply, request, 500, 'INTERNAL', 'A fault of this server.');
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
            // The hook above has refused every request without a role.
            role: roleOf(access, request.headers.authorization) ?? 'viewer',
            resumeAfter: null,
          }),
      }),
    });
    done();
  });
}

/** Refuses what can't be run or would cost too much, before anything is read. */
const guard: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
        if (operation !== undefined) assertRunnable({ schema, document, operation, variables });
        return Promise.resolve();
      },
    }),
};

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  return undefined;
}
