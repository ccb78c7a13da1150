import type { FastifyRequest } from 'fastify';
import { LedgerError } from '../../../kernel/errors.ts';
import type { OperationRequest } from '../../../graphql/subscriptions/live-operations.ts';

/** Characters of an event id that is taken; the longest cursor of ours has fewer than 200. */
const eventIdLengthMax = 512;

/**
 * The operation of a request for an event stream: a JSON body, or a query string as EventSource sends it.
 * @throws LedgerError - BAD_REQUEST
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
      'The request names no operation: query, variables and operationName are read.',
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
  if (id.length > eventIdLengthMax) throw new LedgerError('CURSOR_INVALID', 'Last-Event-ID is no cursor.');
  return id;
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
