import type { FastifyReply, FastifyRequest } from 'fastify';
import { formRefusal, type Refusal } from '../../connections/refusal.ts';
import type { ErrorCode } from '../../kernel/errors.ts';

/** Answers with a refusal, and with Retry-After if the same request may succeed later. */
export function refuse(reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal): FastifyReply {
  const { status, headers, body } = formRefusal(refusal, id);
  return reply.code(status).headers(headers).send(body);
}

/** The HTTP status of an error outside a GraphQL answer, if it is not 400. */
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
