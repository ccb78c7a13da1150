import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../kernel/errors.ts';
import {
  headerBytesMax,
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
  /** When the same request may succeed; by default it follows from the status. */
  readonly retryAfterSeconds?: number | undefined;
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

/** Its message is short because it is also a reason in close frames of WebSockets. */
export const tooManyWrongTokens: Refusal = {
  status: 429,
  error: 'TOO_MANY_WRONG_TOKENS',
  message: 'Too many wrong tokens came from this address. Send the right one after a minute.',
};

/** The header in which a proxy may set the id of a request, and in which every answer has the id that the logs have. */
export const requestIdHeader = 'x-request-id';

/** A refusal as text, for a connection whose request could not be parsed. It ends the connection. */
function writeRefusal(refusal: Refusal, requestId: string): string {
  const { status, headers, body } = formRefusal(refusal, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The status, headers and body of a refusal, with Retry-After if the same request may succeed later. */
export function formRefusal({ status, error, message, retryAfterSeconds }: Refusal, requestId: string) {
  const body = JSON.stringify({ code: status, error, message, requestId });
  const retryAfter = retryAfterSeconds ?? retryAfterOf(status);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    [requestIdHeader]: requestId,
    ...(retryAfter !== null && { 'retry-after': retryAfter }),
  };
  return { status, headers, body };
}

/** Seconds; null if the same request would be refused again. */
export function retryAfterOf(status: number): number | null {
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

/** Called for every refused request to neither callbacks nor GraphQL. */
export type OnRefused = (refusal: Refusal, requestId: string) => void;

/** Node's code for a request that did not arrive in time. */
export const requestTimedOut = 'ERR_HTTP_REQUEST_TIMEOUT';

/** Node's code for a request whose connection ended before all of it had arrived. */
export const connectionEnded = 'HPE_INVALID_EOF_STATE';

/** By Node's error code. */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: 'REQUEST_INVALID',
    message: `The headers of the request have more than ${headerBytesMax} bytes in all. Send fewer or shorter headers.`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    error: 'BODY_TOO_LARGE',
    message: 'The chunk extensions of the body are too large. Send chunks without extensions.',
  },
  [connectionEnded]: {
    status: 400,
    error: 'REQUEST_INVALID',
    message: 'The connection ended before the request was complete; nothing was stored. Send it again.',
  },
  [requestTimedOut]: {
    status: 408,
    error: 'REQUEST_TIMEOUT',
    message:
      'The request did not arrive completely in time; nothing was stored. Send it again, headers and body at once.',
  },
};

const notHttp: Refusal = {
  status: 400,
  error: 'REQUEST_INVALID',
  message: 'The request is not valid HTTP/1.1. Send HTTP/1.1, without TLS, to this port.',
};

const notProxy: Refusal = {
  status: 405,
  error: 'METHOD_NOT_ALLOWED',
  message: 'This server is not a proxy: it does not serve CONNECT.',
};

const expectationNotMet: Refusal = {
  status: 417,
  error: 'REQUEST_INVALID',
  message: 'The header Expect asks for something other than 100-continue. Send the request without it.',
};

/** Answers a connection whose request could not be parsed, or did not arrive in time, and ends it. */
export function refuseConnection(
  error: { readonly code?: string | undefined },
  socket: Socket,
  onRefused: OnRefused,
): void {
  // The client is gone, or would read a second answer as part of the one that has begun.
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerBegun(socket)) {
    socket.destroy();
    return;
  }
  endWithRefusal(socket, refusals[error.code ?? ''] ?? notHttp, onRefused);
}

/** Refuses what Node itself would answer without a body: CONNECT, and expectations other than `100-continue`. */
export function refuseInsteadOfNode(server: Server, onRefused: OnRefused): void {
  server.on('connect', (_request, stream) => {
    const socket = stream as Socket;
    // Node no longer handles errors of this socket, and one would end the process.
    socket.on('error', () => undefined);
    endWithRefusal(socket, notProxy, onRefused);
  });
  server.on('checkExpectation', ({ socket }) => endWithRefusal(socket, expectationNotMet, onRefused));
}

/** Sends a refusal on a connection that Node does not parse, or no longer parses, and ends it. */
export function endWithRefusal(socket: Socket, refusal: Refusal, onRefused: OnRefused): void {
  const requestId = randomUUID();
  onRefused(refusal, requestId);
  socket.end(writeRefusal(refusal, requestId));
  // Closing while the client still sends would reset the connection and lose the answer, so its bytes are read and
  // discarded for a bounded time.
  socket.resume();
  const lingering = setTimeout(() => socket.destroy(), refusedConnectionLingerMs);
  socket.once('close', () => clearTimeout(lingering));
}

/** Node's default handler of `clientError` reads the same internal field. */
function hasAnswerBegun(socket: Socket): boolean {
  // See docs/patches.md#the-answer-that-a-connection-is-sending
  return (socket as { _httpMessage?: { _headerSent?: boolean } | null })._httpMessage?._headerSent === true;
}
