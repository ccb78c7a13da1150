import type { FastifyReply, FastifyRequest } from 'fastify';
import { getOperationAST } from 'graphql';
import { spanNowMs, traceRequest } from '../../kernel/spans.ts';
import type { Documents } from '../documents/documents.ts';

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
