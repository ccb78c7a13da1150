import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { ErrorCode } from '../kernel/errors.ts';
import {
  quarantineRetryAfterSeconds,
  refusedBodyBytesMax,
  refusedConnectionLingerMs,
  retryAfterSeconds,
} from './limits.ts';

/**
 * A refusal outside GraphQL, sent as `{"code":<status>,"error":"<NAME>","message":"…","requestId":"…"}`. `code` is the
 * HTTP status, because CSS reads a 0 as success. The message repeats nothing of the request.
 */
export interface Refusal {
  readonly status: number;
  readonly error: ErrorCode;
  readonly message: string;
}

/** For a request of HTTP/1.1 without Host (RFC 9112, 3.2). */
export const noHost: Refusal = {
  status: 400,
  error: 'REQUEST_INVALID',
  message: 'The request has no header Host, which HTTP/1.1 requires.',
};

/** Sent with the header Allow. */
export const methodNotAllowed: Refusal = {
  status: 405,
  error: 'METHOD_NOT_ALLOWED',
  message: 'This route does not serve this method. Use one of those in the header Allow.',
};

/** The header in which a proxy may set the id of a request, and in which every answer has the id that the logs have. */
export const requestIdHeader = 'x-request-id';

/** A refusal as text, for a connection whose request could not be parsed. It ends the connection. */
export function writeRefusal(refusal: Refusal, requestId: string): string {
  const { status, headers, body } = formRefusal(refusal, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The status, headers and body of a refusal, with Retry-After if the same request may succeed later. */
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

/** Seconds; null if the same request would be refused again. */
function retryAfterOf(status: number): number | null {
  if (status === 429) return quarantineRetryAfterSeconds;
  return status === 408 || status === 503 ? retryAfterSeconds : null;
}

/** Whether a body is still arriving. */
export function isArriving({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/** Reads and discards the rest of a body. Resolves once it ends, pauses, becomes too large, or loses its connection. */
export function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const pausing = setTimeout(over, refusedConnectionLingerMs);
    function over() {
      clearTimeout(pausing);
      request.off('data', count);
      resolve();
    }
    function count(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > refusedBodyBytesMax) over();
      else pausing.refresh();
    }
    if (request.complete || request.destroyed) over();
    for (const end of ['end', 'error', 'close']) request.once(end, over);
    request.on('data', count);
    request.resume();
  });
}
