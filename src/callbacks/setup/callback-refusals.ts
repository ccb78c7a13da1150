import type { ErrorCode } from '../../kernel/errors.ts';

/** The status of each refusal of a callback. Never 200, because CSS repeats a callback only after any other status. */
export const callbackStatusOf = {
  BODY_UNREADABLE: 400,
  REQUEST_INVALID: 400,
  NOT_AUTHENTIC: 401,
  ORIGIN_NOT_ALLOWED: 403,
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

type CallbackRefusalCode = keyof typeof callbackStatusOf;

/** Why a request under /callbacks/ came to nothing: the code of its answer, or that its connection ended before. */
export type RefusalReason = CallbackRefusalCode | 'CONNECTION_LOST';

/** All of them, in the order in which they are shown. */
export const refusalReasons: readonly RefusalReason[] = [
  ...(Object.keys(callbackStatusOf) as CallbackRefusalCode[]),
  'CONNECTION_LOST',
];

/** Whether this code is one of a callback's answer. */
export function isCallbackRefusal(code: ErrorCode): code is CallbackRefusalCode {
  return Object.hasOwn(callbackStatusOf, code);
}

/** Requests that came to nothing for one reason, since the process that takes callbacks was started. */
export interface RefusedRequests {
  readonly reason: RefusalReason;
  readonly count: number;
  readonly newestAtMs: number;
}

/** What an operator does about requests that came to nothing. */
export const refusalAdvice: Readonly<Record<RefusalReason, string>> = {
  BODY_UNREADABLE:
    'The body was no JSON object, and the URL had no listed token. CSS sends JSON: look for another program that sends to this URL.',
  REQUEST_INVALID: 'The request or its URL was not valid HTTP. Enter the callback URL at CSS exactly as it is shown.',
  NOT_AUTHENTIC:
    'Nothing proved that CSS sent it, and the quarantine is full. Compare CSS_CALLBACK_KEYS with the key of the callback template, and end the URL of relay callbacks in one of CSS_CALLBACK_TOKENS.',
  ORIGIN_NOT_ALLOWED: 'A web page sent it, not CSS. Nothing has to be done.',
  NOT_FOUND:
    'The URL is not that of the callback endpoint. Enter the callback URL at CSS exactly as it is shown, with nothing more behind it.',
  METHOD_NOT_ALLOWED: 'It was not a POST. CSS sends POST: a browser or a monitor has opened the callback URL.',
  REQUEST_TIMEOUT: 'The body did not arrive in time. Look for a slow proxy or network before this service.',
  BODY_TOO_LARGE:
    'The body was larger than any callback without a listed token may be. End the callback URL in one of CSS_CALLBACK_TOKENS if it was a callback of CSS.',
  ENCODING_NOT_SUPPORTED:
    'A proxy before this service has encoded the body in a way that is not supported. Turn that off.',
  QUARANTINE_FULL:
    'It could not be proved, and the quarantine had no room. Look at what is in quarantine, correct what is wrong there, and release or discard it.',
  STORE_OVERLOADED:
    'More callbacks came than the disk or EventStoreDB could store. CSS sends them again: look at what slows the store down.',
  STORE_UNAVAILABLE:
    'The log could not be written. CSS sends them again: look at the disk or at EventStoreDB, and run live-ledger doctor.',
  INTERNAL: 'A fault of this service. CSS sends it again: the log of the service says what failed.',
  CONNECTION_LOST:
    'The connection ended before the request had arrived. Look for a proxy or a firewall that closes connections.',
};
