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
  const { status, headers, body } = formRefusal(refusal, id);
  return reply.code(status).headers(headers).send(body);
}

/** The same answer as text, for a connection whose request could not be parsed; the connection ends with it. */
export function writeRefusal(refusal: Refusal, requestId: string): string {
  const { status, headers, body } = formRefusal(refusal, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** What a refusal is sent as. */
export function formRefusal({ status, error, message }: Refusal, requestId: string) {
  const body = JSON.stringify({ code: status, error, message, requestId });
  const retryAfter = retryAfterOf(status);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    [requestIdHeader]: requestId,
    ...(retryAfter !== null && { 'retry-after': retryAfter }),
  };
  return { status, headers, body };
}

/** Seconds; null where the same request would be refused again. */
function retryAfterOf(status: number): number | null {
  if (status === 429) return quarantineRetryAfterSeconds;
  return status === 408 || status === 503 ? retryAfterSeconds : null;
}

/** The HTTP status of an error outside a GraphQL answer, where it is not 400. */
export const statusOfCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  INTERNAL: 500,
  QUERIES_OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  TOO_MANY_SUBSCRIPTIONS: 503,
};
