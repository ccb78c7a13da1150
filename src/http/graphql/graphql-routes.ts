import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, OperationTypeNode, type GraphQLSchema, type GraphQLFormattedError } from 'graphql';
import { createTextCheck } from '../../graphql/comparisons-bound.ts';
import { createGraphqlContext, type GraphqlPorts, type GraphqlRequest } from '../../graphql/context.ts';
import { assertRunnable, assertSingleAnswer } from '../../graphql/cost.ts';
import { formatGraphqlError, faultOf } from '../../graphql/errors.ts';
import { createOperationState, type OperationState } from '../../graphql/operation-state.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { graphqlBodyBytesMax, graphqlTokensMax, retryAfterSeconds } from '../limits.ts';
import { outcomeOf, type Metrics } from '../metrics/metrics.ts';
import type { Refusal } from '../refusals/refusal.ts';
import { namedPlugin } from '../named-plugin.ts';
import { admit, challenge, type AdmissionRules } from './admission.ts';
import { createExecutor, type ExecutionContext } from './executor.ts';
import { isWellFormed } from './answer-status.ts';

export interface GraphqlRoutesOptions {
  readonly schema: GraphQLSchema;
  readonly ports: () => GraphqlPorts;
  readonly admission: AdmissionRules;
  readonly metrics: Metrics;
}

/** Says what to do with a request over the limit: code `BODY_TOO_LARGE`. */
export const bodyTooLargeMessage = `The body of the request is larger than ${graphqlBodyBytesMax} bytes. Send a smaller document or fewer variables.`;

/** Says what a request without an operation lacks: code `BAD_REQUEST`. */
export const notGraphqlMessage = 'The body of the request is not a JSON object with the operation as its `query`.';

/** GraphQL over HTTP: `POST /graphql` and `GET /graphql`. Errors have the code and the request's id in `extensions`. */
export async function graphqlRoutes(server: FastifyInstance, options: GraphqlRoutesOptions): Promise<void> {
  const { ports, admission, metrics } = options;
  const apollo = createApollo(options, server.log);
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());

  const assertTextComparable = createTextCheck(graphqlTokensMax);
  const refuse = (reply: FastifyReply, { id }: FastifyRequest, { status, error, message }: Refusal) => {
    metrics.operationAnswered(error);
    challenge(reply, status);
    return reply.code(status).send({ errors: [{ message, extensions: { code: error, requestId: id } }] });
  };

  const plugin = namedPlugin('graphql', (scope, _options, done) => {
    scope.addHook('onRequest', (request, reply, next) => {
      void reply.header('cache-control', 'no-store');
      const refused = refusalBeforeBody(request, admission);
      if (refused === null) next();
      else void refuse(reply, request, refused);
    });
    scope.addHook('preHandler', (request, reply, next) => {
      const refused = refusalOfDocument(request, assertTextComparable);
      if (refused === null) next();
      else void refuse(reply, request, refused);
    });
    scope.addHook('onSend', (request, reply, payload, next) => {
      const withId =
        reply.statusCode >= 400 && typeof payload === 'string' ? addRequestId(payload, request.id, metrics) : null;
      if (isWellFormed(request, reply, payload)) void reply.code(200);
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
        context: (request, reply) => {
          const state = createOperationState(ports());
          // When the client has gone; after an answer it has ended before.
          reply.raw.once('close', state.end);
          const asked: GraphqlRequest = {
            requestId: request.id,
            // `onRequest` has refused requests without a role.
            role: admit(admission, request.raw).caller?.role ?? 'viewer',
            resumeAfter: null,
          };
          const createContext = () => createGraphqlContext(ports(), asked, state.reader, state.parts);
          return Promise.resolve({ requestId: request.id, state, createContext });
        },
      }),
    });
    done();
  });
  await server.register(plugin);
}

function createApollo({ schema, metrics }: GraphqlRoutesOptions, logger: FastifyBaseLogger) {
  return new ApolloServer<RequestContext>({
    gateway: createExecutor(schema),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It wraps every field of every row, only to say `no-store` in the end.
      ApolloServerPluginCacheControlDisabled(),
      guard,
      requestIdPlugin(metrics, logger),
    ],
    // Its lines quote errors, and so input; the plugin logs what matters.
    logger: silent,
    formatError: formatGraphqlError,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    persistedQueries: false,
    // `admit` refuses foreign pages by what their browser says, for all ways into GraphQL alike.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: graphqlTokensMax },
    maxRecursiveSelections: true,
  });
}

function refusalBeforeBody(request: FastifyRequest, admission: AdmissionRules): Refusal | null {
  // The integration builds this URL too, and would throw.
  if (!URL.canParse(request.url, `${request.protocol}://${request.hostname}/`)) {
    return { status: 400, error: 'BAD_REQUEST', message: 'The header Host of the request is not a valid host.' };
  }
  return admit(admission, request.raw).refusal;
}

function refusalOfDocument({ method, query, body }: FastifyRequest, check: (text: string) => void): Refusal | null {
  const text = ((method === 'POST' ? body : query) as { query?: unknown } | null | undefined)?.query;
  try {
    if (typeof text === 'string') check(text);
    return null;
  } catch (error) {
    if (error instanceof LedgerError) return { status: 400, error: error.code, message: error.message };
    throw error;
  }
}

function refusalOfFailure(status: number): Refusal {
  if (status === 413) return { status, error: 'BODY_TOO_LARGE', message: bodyTooLargeMessage };
  if (status < 500) return { status, error: 'BAD_REQUEST', message: notGraphqlMessage };
  return { status: 500, error: 'INTERNAL', message: 'A fault of this server. Report it with the request id.' };
}

interface RequestContext extends ExecutionContext {
  readonly requestId: string;
  readonly state: OperationState;
}

/** Refuses operations that can't be run or would cost too much, before anything is read for them. A query reads one state. */
const guard: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      async didResolveOperation({ schema, document, operation, request: { variables = {} }, contextValue: { state } }) {
        if (operation === undefined) return;
        assertSingleAnswer({ operation });
        assertRunnable({ schema, document, operation, variables });
        if (operation.operation === OperationTypeNode.QUERY) await state.begin().catch(refuseForNow);
      },
      willSendResponse({ response, contextValue: { state } }) {
        state.end();
        refuseWhatIsNotReady(response);
        return Promise.resolve();
      },
    }),
};

/** Half of an answer is none: where a part of it can't be read now, the whole is refused. */
function refuseWhatIsNotReady({ body, http }: GraphQLResponse): void {
  if (body.kind !== 'single') return;
  const { singleResult } = body;
  if (singleResult.errors?.some(({ extensions }) => extensions?.['code'] === 'STORE_UNAVAILABLE') !== true) return;
  delete singleResult.data;
  http.status = 503;
  http.headers.set(...retryAfter);
}

const retryAfter: [name: string, seconds: string] = ['retry-after', String(retryAfterSeconds)];

function refuseForNow(error: unknown): never {
  if (!(error instanceof LedgerError)) throw error;
  const http = { status: 503, headers: new HeaderMap([retryAfter]) };
  throw new GraphQLError(error.message, { extensions: { code: error.code, http } });
}

/** Adds the request's id to every error, counts outcomes, and logs faults of this product under the same id. */
function requestIdPlugin(metrics: Metrics, logger: Logger): ApolloServerPlugin<RequestContext> {
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
