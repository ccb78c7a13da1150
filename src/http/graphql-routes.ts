import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../kernel/errors.ts';
import { describeFault } from '../kernel/fault.ts';
import type { GraphqlContext, GraphqlPorts } from '../graphql/context.ts';
import { createBodyBudget } from '../graphql/body-budget.ts';
import { faultOf, formatGraphqlError } from '../graphql/errors.ts';
import { assertRunnable } from '../graphql/guard.ts';
import { buildLedgerSchema } from '../graphql/schema.ts';
import { roleOf, type ApiAccess } from './api-tokens.ts';
import { graphqlBodyBytesMax, graphqlTokensMax } from './limits.ts';

/** GraphQL over HTTP: `POST /graphql` and `GET /graphql`. */
export async function graphqlRoutes(server: FastifyInstance, ports: GraphqlPorts, access: ApiAccess): Promise<void> {
  const apollo = new ApolloServer<GraphqlContext>({
    schema: buildLedgerSchema(),
    plugins: [ApolloServerPluginLandingPageDisabled(), guard, nameRequestInErrors],
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

  await server.register((scope, _options, done) => {
    scope.addHook('onRequest', (request, reply, next) => {
      if (roleOf(access, request.headers.authorization) === null) {
        void refuse(reply, request, 401, 'UNAUTHENTICATED', unauthenticatedMessage(access));
      } else next();
    });
    scope.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status === 413) {
        return refuse(
          reply,
          request,
          413,
          'BODY_TOO_LARGE',
          `The request is larger than ${graphqlBodyBytesMax} bytes.`,
        );
      }
      if (status < 500)
        return refuse(reply, request, 400, 'BAD_REQUEST', 'The request is not a JSON body with a query.');
      request.log.error(describeFault(error), 'a GraphQL request failed');
      return refuse(reply, request, 500, 'INTERNAL', 'A fault of this server.');
    });
    scope.route({
      url: '/graphql',
      method: ['GET', 'POST'],
      bodyLimit: graphqlBodyBytesMax,
      handler: fastifyApolloHandler(apollo, {
        // eslint-disable-next-line @typescript-eslint/require-await -- the integration asks for a promise
        context: async (request) => ({
          ...ports,
          bodies: createBodyBudget(ports.bodies),
          requestId: request.id,
          // The hook above has refused whoever has no role.
          role: roleOf(access, request.headers.authorization) ?? 'viewer',
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

/** Every error names its request, and a fault of ours stands under that name in the log of the process. */
const nameRequestInErrors: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors({ errors, contextValue: { logger, requestId } }) {
        for (const fault of errors.flatMap((error) => faultOf(error) ?? [])) {
          logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
        }
        return Promise.resolve();
      },
      willSendResponse({ response, contextValue }) {
        if (response.body.kind !== 'single') return Promise.resolve();
        const result = response.body.singleResult;
        if (result.errors !== undefined) {
          result.errors = result.errors.map((error) => ({
            ...error,
            extensions: { ...error.extensions, requestId: contextValue.requestId },
          }));
        }
        return Promise.resolve();
      },
    }),
};

function unauthenticatedMessage({ mode }: ApiAccess): string {
  return mode === 'closed'
    ? 'GraphQL is closed: this server listens beyond this machine and API_TOKENS is not set.'
    : 'Send the header Authorization: Bearer with one of the tokens of this ledger.';
}

function refuse(reply: FastifyReply, { id }: FastifyRequest, status: number, code: ErrorCode, message: string) {
  return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: id } }] });
}
