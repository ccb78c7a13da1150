import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../kernel/errors.ts';

/** What is wrong with an operation, in a request that is itself well-formed. */
const operationCodes: readonly ErrorCode[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_TOO_COSTLY',
];

/**
 * Whether an answer with status 400 is to have 200: a client that asks for `application/json` by name, and gets it, takes
 * any other status for one of a proxy (GraphQL over HTTP, 6.4.1). One that accepts anything, as curl does, gets 400.
 */
export function isWellFormed(
  { headers: { accept = '' } }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): boolean {
  if (reply.statusCode !== 400 || typeof payload !== 'string') return false;
  const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
  if (!isJson || !/(^|[,\s])application\/json\b/i.test(accept)) return false;
  const { errors = [] } = JSON.parse(payload) as { errors?: readonly { extensions?: { code?: ErrorCode } }[] };
  return errors.every(({ extensions }) => extensions?.code !== undefined && operationCodes.includes(extensions.code));
}
