import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { headerBytesMax, refusedConnectionLingerMs } from './limits.ts';
import { writeRefusal, type Refusal } from './refusal.ts';

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
