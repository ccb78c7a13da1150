import type { ErrorCode } from '../kernel/errors.ts';

/** The status of each refusal of a callback. Never 200, because CSS repeats a callback only after any other status. */
export const callbackStatusOf = {
  BODY_UNREADABLE: 400,
  REQUEST_INVALID: 400,
  NOT_AUTHENTIC: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  ENCODING_NOT_SUPPORTED: 415,
  QUARANTINE_FULL: 429,
  STORE_OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Partial<Record<ErrorCode, number>>;

export type CallbackRefusalCode = keyof typeof callbackStatusOf;

/** Why a request under /callbacks/ came to nothing: the code of its answer, or that its connection ended before. */
export type RefusalReason = CallbackRefusalCode | 'CONNECTION_LOST';

export const refusalReasons: readonly RefusalReason[] = [
  ...(Object.keys(callbackStatusOf) as CallbackRefusalCode[]),
  'CONNECTION_LOST',
];

/** Whether this code is one of a callback's answer. */
export function isCallbackRefusal(code: ErrorCode): code is CallbackRefusalCode {
  return Object.hasOwn(callbackStatusOf, code);
}
