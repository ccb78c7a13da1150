import type { ErrorCode } from '../../kernel/errors.ts';

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
