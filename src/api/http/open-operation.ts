import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST, type GraphQLFormattedError } from 'graphql';
import type { LedgerError } from '../../kernel/errors.ts';
import { spanNowMs, traceRequest } from '../../kernel/spans.ts';
import type { GraphqlContext, GraphqlPorts, Role } from '../context.ts';
import type { Documents } from '../execution/documents.ts';
import type { Executed } from '../execution/execute.ts';
import { createGraphqlContext, Operation } from '../operation.ts';
import type { Caller } from './access.ts';
import { isLarge, type UnreadAnswer, type UnreadAnswers } from './unread-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller of a GraphQL request that was admitted. */
    caller: Caller | null;
    /** What its operation is executed in, once that is opened. */
    operation: OpenOperation | null;
  }
}

/** What a request's operation is executed in. */
export interface OpenOperation {
  readonly requestId: string;
  readonly state: Operation;
  readonly context: GraphqlContext;
  /** What it came to, if it was executed before Apollo was asked. */
  executed: Executed | null;
  /** Whether its document was not known before. */
  isNew: boolean;
  /** Why its document can't be executed; null if it can. */
  documentErrors: readonly GraphQLFormattedError[] | null;
  /** Why it is refused although it was executed; null if it is not. */
  refusal: LedgerError | null;
  /** Its answer, if that is large. */
  unread: UnreadAnswer | null;
  /** Counts an answer of this many bytes if it is large. False: there is no room for it. */
  readonly claim: (bytes: number) => boolean;
  /** Counts it, whether there is room or not: what it has changed must be answered. */
  readonly count: (bytes: number) => void;
}

/** Opens the operation of a request; later calls return the same one. Its state ends with the connection at the latest. */
export type OpenOperations = (request: FastifyRequest, reply: FastifyReply) => OpenOperation;

/** The role of an admitted request. */
export function roleOf({ caller }: FastifyRequest): Role {
  // Requests without one were refused.
  return caller?.role ?? 'viewer';
}

export function createOpenOperations(ports: () => GraphqlPorts, unread: UnreadAnswers): OpenOperations {
  return (request, reply) => {
    if (request.operation !== null) return request.operation;
    const response = reply.raw;
    const state = new Operation(ports(), {
      requestId: request.id,
      role: roleOf(request),
      callerName: request.caller?.name ?? null,
      resumeAfter: null,
    });
    const client = { cutOff: () => response.destroy() };
    const opened: OpenOperation = {
      requestId: request.id,
      state,
      context: createGraphqlContext(state),
      executed: null,
      isNew: false,
      documentErrors: null,
      refusal: null,
      unread: null,
      claim(bytes) {
        if (!isLarge(bytes) || response.destroyed) return true;
        opened.unread = unread.claim(client, bytes);
        return opened.unread !== null;
      },
      count(bytes) {
        if (isLarge(bytes) && !response.destroyed) opened.unread = unread.count(client, bytes);
      },
    };
    // Ends it if the client goes; after an answer its state has ended before.
    response.on('close', () => {
      state.end();
      opened.unread?.ended();
    });
    return (request.operation = opened);
  };
}

/** Characters of the name, which the client chose. The document and its variables are not in the span. */
const tracedNameLengthMax = 64;

/** Adds a span for an answered request. */
export function traceOperation(request: FastifyRequest, reply: FastifyReply, documents: Documents): void {
  const endedAtMs = spanNowMs();
  const { query, operationName } = (request.body ?? {}) as {
    readonly query?: unknown;
    readonly operationName?: unknown;
  };
  const document = typeof query === 'string' ? documents.find(query) : undefined;
  const name = typeof operationName === 'string' ? operationName : null;
  const operation = document === undefined ? null : getOperationAST(document, name);
  const attributes = {
    'http.request.method': request.method,
    'http.route': '/graphql',
    'http.response.status_code': reply.statusCode,
    ...(operation && { 'graphql.operation.type': operation.operation }),
    ...(operation?.name && { 'graphql.operation.name': operation.name.value.slice(0, tracedNameLengthMax) }),
  };
  const facts = { name: 'GraphQL', kind: 'SERVER', hasFailed: reply.statusCode >= 500, attributes } as const;
  const { traceparent } = request.headers;
  const times = { startedAtMs: endedAtMs - reply.elapsedTime, endedAtMs };
  traceRequest(typeof traceparent === 'string' ? traceparent : undefined, facts, times);
}
