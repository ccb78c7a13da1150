import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../kernel/errors.ts';
import { quarantineRetryAfterSeconds, retryAfterSeconds } from '../limits.ts';

/**
 * A refusal outside GraphQL, as it is sent: `{"code":<status>,"error":"<NAME>","message":"…","requestId":"…"}`. `code` is the
 * HTTP status, because CSS reads a 0 as success. The message repeats nothing of the request.
 */
export interface Refusal {
  readonly status: number;
  readonly error: ErrorCode;
  readonly message: string;
}

/** The header by which a proxy may name a request, and in which every answer names it as the logs do. */
export const requestIdHeader = 'x-request-id';

/** Answers with a refusal, and with Retry-After where the same request may succeed later. */
export function refuse(reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal): FastifyReply {
  const retryAfter = retryAfterOf(refusal);
  if (retryAfter !== null) void reply.header('retry-after', retryAfter);
  return reply
    .code(refusal.status)
    .header(requestIdHeader, id)
    .header('content-type', 'application/json; charset=utf-8')
    .send(bodyOf(refusal, id));
}

/** The same answer as text, for a connection whose request could not be parsed; the connection ends with it. */
export function writeRefusal(refusal: Refusal, requestId: string): string {
  const body = bodyOf(refusal, requestId);
  const retryAfter = retryAfterOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${requestIdHeader}: ${requestId}`,
    ...(retryAfter === null ? [] : [`retry-after: ${retryAfter}`]),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function bodyOf({ status, error, message }: Refusal, requestId: string): string {
  return JSON.stringify({ code: status, error, message, requestId });
}

/** Seconds; null where the same request would be refused again. */
function retryAfterOf({ status }: Refusal): number | null {
  if (status === 429) return quarantineRetryAfterSeconds;
  return status === 408 || status === 503 ? retryAfterSeconds : null;
}
