import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../kernel/errors.ts';
import { headerBytesMax, refusedConnectionLingerMs } from '../limits.ts';
import { writeRefusal, type Refusal } from '../refusals/refusal.ts';

export type OnRefused = (refusal: Refusal, requestId: string) => void;

/** What Node says of a connection whose request could not be made out. */
export const requestTimedOut = 'ERR_HTTP_REQUEST_TIMEOUT';

const notHttp = 'The request is not HTTP/1.1 as this server reads it.';

const refusals: Readonly<Record<string, Refusal & { readonly statusText: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    statusText: 'Request Header Fields Too Large',
    error: 'REQUEST_INVALID',
    message: `The request has headers above ${headerBytesMax} bytes.`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    statusText: 'Payload Too Large',
    error: 'BODY_TOO_LARGE',
    message: 'The extensions of a chunk are larger than this server takes.',
  },
  [requestTimedOut]: {
    status: 408,
    statusText: 'Request Timeout',
    error: 'REQUEST_TIMEOUT',
    message: 'The request did not arrive as a whole in time; nothing was stored.',
  },
};

const anyOther = { status: 400, statusText: 'Bad Request', error: 'REQUEST_INVALID', message: notHttp } as const;

/** Answers a connection on which no request could be made out, and ends it. */
export function refuseConnection(error: { readonly code?: string }, socket: Socket, onRefused: OnRefused): void {
  // Nobody is there any more, or an answer has begun already: bytes of another one would be read as part of it.
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerBegun(socket)) {
    socket.destroy();
    return;
  }
  endWithRefusal(socket, refusals[error.code ?? ''] ?? anyOther, onRefused);
}

/** Refuses what Node would answer itself, without a code: tunnels, and expectations other than `100-continue`. */
export function refuseInsteadOfNode(server: Server, onRefused: OnRefused): void {
  server.on('connect', (_request, stream) => {
    const socket = stream as Socket;
    // Node has let go of the connection: an error of it would end the process.
    socket.on('error', () => undefined);
    endWithRefusal(
      socket,
      { ...refusalOf(405, 'METHOD_NOT_ALLOWED', 'This server is no proxy.'), statusText: 'Method Not Allowed' },
      onRefused,
    );
  });
  server.on('checkExpectation', ({ socket }) => {
    const refusal = refusalOf(417, 'REQUEST_INVALID', 'This server meets no expectation but 100-continue.');
    endWithRefusal(socket, { ...refusal, statusText: 'Expectation Failed' }, onRefused);
  });
}

function refusalOf(status: number, error: ErrorCode, message: string): Refusal {
  return { status, error, message };
}

/** Answers no on a connection that Node has let go of, and ends it. */
export function endWithRefusal(
  socket: Socket,
  refusal: Refusal & { readonly statusText: string },
  onRefused: OnRefused,
): void {
  const requestId = randomUUID();
  onRefused(refusal, requestId);
  socket.end(writeRefusal(refusal, requestId, refusal.statusText));
  // A reset while the sender still sends would take the answer from it; but it may not hold the connection either.
  socket.resume();
  const lingering = setTimeout(() => socket.destroy(), refusedConnectionLingerMs);
  socket.once('close', () => {
    clearTimeout(lingering);
  });
}

/** Node's own handler looks at the same place. */
function hasAnswerBegun(socket: Socket): boolean {
  return (socket as { _httpMessage?: { _headerSent?: boolean } | null })._httpMessage?._headerSent === true;
}
