import type { FastifyRequest } from 'fastify';
import type { OperationRequest } from '../subscriptions/live-operations.ts';
import { LedgerError } from '../../kernel/errors.ts';

/** Characters of `Last-Event-ID` that are accepted; the longest cursor has fewer than 200. */
const eventIdLengthMax = 512;

/**
 * The operation of a request for an event stream: from its JSON body, or from the query string, as EventSource sends it.
 * @throws LedgerError - BAD_REQUEST, CURSOR_INVALID
 */
export function readStreamRequest(
  request: FastifyRequest,
): Pick<OperationRequest, 'query' | 'operationName' | 'variables' | 'resumeAfter'> {
  const isGet = request.method === 'GET';
  const given = (isGet ? request.query : request.body) as Readonly<Record<string, unknown>> | null | undefined;
  const { query, operationName = null } = given ?? {};
  const variables = given?.['variables'] ?? null;
  const values = isGet && typeof variables === 'string' ? parse(variables) : variables;
  if (typeof query !== 'string' || !isNameOrNull(operationName) || !isObjectOrNull(values)) {
    throw new LedgerError(
      'BAD_REQUEST',
      'The request has no operation. Send `query` as text, `variables` as an object, and `operationName` as text.',
    );
  }
  return {
    query,
    operationName: operationName === '' ? null : operationName,
    variables: values ?? {},
    resumeAfter: resumeAfterOf(request),
  };
}

function resumeAfterOf({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id'];
  if (typeof id !== 'string' || id === '') return null;
  if (id.length <= eventIdLengthMax) return id;
  throw new LedgerError('CURSOR_INVALID', 'The header Last-Event-ID is too long for a cursor. List again.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isObjectOrNull(value: unknown): value is Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && !Array.isArray(value);
}
