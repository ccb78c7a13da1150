import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../kernel/errors.ts';
import { quarantineRetryAfterSeconds, retryAfterSeconds } from '../limits.ts';

/** What everybody who is refused outside of GraphQL gets to know. `code` is the HTTP status: CSS reads a 0 as success. */
export interface Refusal {
  readonly status: number;
  readonly error: ErrorCode;
  readonly message: string;
}

export const requestIdHeader = 'x-request-id';

/** Answers no: the code of the closed list, words without a bit of the input, and the request's id. */
export function refuse(reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal): FastifyReply {
  const retryAfter = retryAfterOf(refusal);
  if (retryAfter !== null) void reply.header('retry-after', retryAfter);
  return reply
    .code(refusal.status)
    .header(requestIdHeader, id)
    .header('content-type', 'application/json; charset=utf-8')
    .send(bodyOf(refusal, id));
}

/** The same as bytes, for a connection on which no request could be made out; the connection ends with it. */
export function writeRefusal(refusal: Refusal, requestId: string, statusText: string): string {
  const body = bodyOf(refusal, requestId);
  const retryAfter = retryAfterOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${statusText}`,
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

/** Seconds; null where sending it again changes nothing. */
function retryAfterOf({ status }: Refusal): number | null {
  if (status === 429) return quarantineRetryAfterSeconds;
  return status === 408 || status === 503 ? retryAfterSeconds : null;
}
