import {
  ApolloServer,
  HeaderMap,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
  type GraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import {
  execute,
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  OperationTypeNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { setImmediate as serveOthers } from 'node:timers/promises';
import { graphqlTokensMax, retryAfterSeconds } from '../../connections/limits.ts';
import { LedgerError, type ErrorCode } from '../../kernel/errors.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { outcomeOf, type Metrics } from '../../observing/metrics.ts';
import { assertRunnable, assertSingleAnswer, costExtensions } from '../cost.ts';
import type { Documents } from '../execution/documents.ts';
import { faultOf, formatGraphqlError, withRequestId } from '../errors.ts';
import { executeOperation, type Execution } from '../execution/execute.ts';
import type { OpenOperation } from './open-operation.ts';
import { tooMuchUnread } from './unread-answers.ts';

type DocumentStore = NonNullable<ApolloServerOptionsWithGateway<OpenOperation>['documentStore']>;

/** Apollo finds a document by a prefix and the digest of its text. */
function documentStoreOf(documents: Documents): DocumentStore {
  return {
    get: (key) => Promise.resolve(documents.findByDigest(key.slice(key.lastIndexOf(':') + 1))),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
  };
}

interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  readonly documents: Documents;
  readonly logger: Logger;
}

/** Apollo Server with our limits, documents, errors and executor, not started. */
export function createApollo(options: ApolloOptions): ApolloServer<OpenOperation> {
  return new ApolloServer<OpenOperation>({
    gateway: createExecutor(options.schema),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // The plugin wraps every field of every row, only to say `no-store` in the end.
      ApolloServerPluginCacheControlDisabled(),
      ledgerPlugin(options),
    ],
    // Its log lines quote errors, and so input; the plugin logs what matters.
    logger: silent,
    formatError: formatGraphqlError,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    persistedQueries: false,
    // `admit` refuses foreign pages by what their browser says, for all ways into GraphQL alike.
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    documentStore: documentStoreOf(options.documents),
    // For a text that was forgotten since it was read.
    parseOptions: { maxLexicalTokens: graphqlTokensMax },
    // `documents` has validated it: see `ledgerPlugin`.
    dangerouslyDisableValidation: true,
  });
}

/**
 * Reads each document where all ways into GraphQL do, and answers with its errors if it is bad; refuses operations that can't
 * run or would cost too much, before anything is read for them; opens the one state that a query reads. Adds the request's id
 * to every error, and the cost if it is asked for, counts outcomes, and logs our own faults under the same id.
 */
function ledgerPlugin({ schema, documents, metrics, logger }: ApolloOptions): ApolloServerPlugin<OpenOperation> {
  const logFault = (fault: unknown, requestId?: string) =>
    logger.error({ requestId, ...describeFault(fault) }, 'a GraphQL operation failed');
  const listener: GraphQLRequestListener<OpenOperation> = {
    // Apollo has the text as it will be executed, which parsers of query strings may read differently.
    async didResolveSource({ source, contextValue }) {
      contextValue.isNew = documents.find(source) === undefined;
      contextValue.documentErrors = documents.read(source).errors;
      // It may run code for the first time: parsing, validating and reading then take milliseconds each.
      if (contextValue.isNew) await serveOthers();
    },
    async didResolveOperation({ document, operation, request: { variables = {} }, contextValue }) {
      const { documentErrors, isNew, context } = contextValue;
      if (operation === undefined || documentErrors !== null) return;
      assertSingleAnswer({ operation });
      contextValue.charge(assertRunnable({ schema, document, operation, variables }));
      if (isNew) await serveOthers();
      if (operation.operation !== OperationTypeNode.QUERY) return;
      await context.begin()?.catch(refuseForNow);
      if (isNew) await serveOthers();
    },
    responseForOperation({ contextValue: { documentErrors } }) {
      if (documentErrors === null) return Promise.resolve(null);
      const http = { status: 400, headers: new HeaderMap() };
      return Promise.resolve({ http, body: { kind: 'single', singleResult: { errors: documentErrors } } });
    },
    didEncounterErrors({ errors, contextValue: { requestId } }) {
      for (const fault of errors.flatMap((error) => faultOf(error) ?? [])) logFault(fault, requestId);
      return Promise.resolve();
    },
    willSendResponse({ response, document, operation, request: { variables = {} }, contextValue }) {
      const { context, requestId, documentErrors, asksForCost } = contextValue;
      context.end();
      refuseForNowIfNeeded(response, operation?.operation === OperationTypeNode.MUTATION);
      if (response.body.kind !== 'single') return Promise.resolve();
      const result = response.body.singleResult;
      metrics.operationAnswered(outcomeOf(result.errors));
      if (result.errors !== undefined) result.errors = withRequestId(result.errors, requestId);
      if (asksForCost && document !== undefined && operation !== undefined && documentErrors === null) {
        Object.assign(result, { extensions: costExtensions({ schema, document, operation, variables }, context) });
      }
      return Promise.resolve();
    },
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
    requestDidStart: () => Promise.resolve(listener),
  };
}

/** Codes of errors that go away by themselves. */
const codesForNow: readonly unknown[] = ['STORE_UNAVAILABLE', 'QUERIES_OVERLOADED'] satisfies ErrorCode[];

/** Refuses the whole answer if a part of it failed only for now: half an answer is none. What a mutation has done is reported, though. */
function refuseForNowIfNeeded({ body, http }: GraphQLResponse, isMutation: boolean): void {
  if (body.kind !== 'single') return;
  const { singleResult } = body;
  if (singleResult.errors?.some(({ extensions }) => codesForNow.includes(extensions?.['code'])) !== true) return;
  if (isMutation && Object.values(singleResult.data ?? {}).some((payload) => payload !== null)) return;
  delete singleResult.data;
  http.status = 503;
  http.headers.set(...retryAfter);
}

const retryAfter: [name: string, seconds: string] = ['retry-after', String(retryAfterSeconds)];

function refuseForNow(error: unknown): never {
  throw error instanceof LedgerError ? toHttpError(error, 503) : error;
}

function toHttpError({ message, code }: LedgerError, status: 400 | 503): GraphQLError {
  const http = { status, headers: new HeaderMap(status === 503 ? [retryAfter] : []) };
  return new GraphQLError(message, { extensions: { code, http } });
}

/** An answer that can't be sent has no part that could be. */
function refuseWhole(error: unknown): ExecutionResult {
  if (!(error instanceof LedgerError)) throw error;
  return { errors: [toHttpError(error, error === tooMuchUnread || codesForNow.includes(error.code) ? 503 : 400)] };
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  return undefined;
}

/** Unless that was done before. @throws LedgerError - the answer is too large, or there is no room for it */
async function executeOnce(execution: Execution, opened: OpenOperation): Promise<ExecutionResult> {
  if (opened.refusal !== null) throw opened.refusal;
  const { result, length } = opened.executed ?? (await executeOperation(execution));
  if (execution.operation.operation === OperationTypeNode.MUTATION) opened.count(length);
  else if (!opened.claim(length)) throw tooMuchUnread;
  return result;
}

type Gateway = ApolloServerOptionsWithGateway<OpenOperation>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

/**
 * Apollo prints the schema that it is given, for the keys of documents, of which `documentStoreOf` needs only the digest: ours takes 30 ms
 * of each start. Documents are validated and executed by ours, outside Apollo.
 */
const schemaOfApollo = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { nothing: { type: GraphQLString } } }),
});

/** Makes Apollo execute operations by `executeOnce`. Apollo takes an executor only as a gateway. */
function createExecutor(schema: GraphQLSchema): Gateway {
  const executor: Executor = ({ document, operation, request, context: given }) => {
    const opened = given as OpenOperation;
    const { context } = opened;
    const { operationName = null, variables = {} } = request;
    // Apollo passes none if the document has no operation of this name; graphql-js reports that.
    const found = operation as OperationDefinitionNode | undefined;
    if (found === undefined) return Promise.resolve(execute({ schema, document, operationName }));
    const execution = { schema, document, operation: found, variables, context };
    return executeOnce(execution, opened).catch(refuseWhole);
  };
  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schemaOfApollo, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
