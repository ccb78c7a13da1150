import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { headOf, withoutHeaders } from '../../connections/pass-connections.ts';
import { discardRest, endWithRefusal, isArriving, type OnRefused, type Refusal } from '../../connections/refusals.ts';

/** Handles a request for a WebSocket; `head` has the bytes received after the headers. */
export type HandleUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Routes requests for a WebSocket by their path. It answers a request for another protocol as if it had no `Upgrade`
 * (RFC 9110, 7.8), because Node passes every upgrade to a listener, and some clients offer HTTP/2 with every request.
 */
export function routeUpgrades(
  server: Server,
  routes: Readonly<Record<string, HandleUpgrade>>,
  onRefused: OnRefused,
): void {
  server.on('upgrade', (request: IncomingMessage, stream, head: Buffer) => {
    const socket = stream as Socket;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, socket, head);
      return;
    }
    // Node no longer handles errors of this socket, and one would end the process.
    socket.on('error', () => undefined);
    const handle = routes[(request.url ?? '').replace(/\?.*$/s, '')];
    if (handle !== undefined) {
      handle(request, socket, head);
      return;
    }
    endWithRefusal(socket, noWebSocket, onRefused);
  });
}

const noWebSocket: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'No WebSocket is served at this path. Use /graphql.',
};

/** Passes the request to the server again without its `Upgrade`, as if the connection had just begun with it. */
function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const headers = withoutHeaders(request.rawHeaders, /^upgrade$/i).map((text, index, all) =>
    index % 2 === 1 && all[index - 1]?.toLowerCase() === 'connection' ? withoutUpgrade(text) : text,
  );
  socket.unshift(Buffer.concat([headOf(request, headers), head]));
  server.emit('connection', socket);
}

function withoutUpgrade(connection: string): string {
  return connection
    .split(',')
    .filter((option) => option.trim().toLowerCase() !== 'upgrade')
    .join(',');
}

/**
 * Lets senders see why they are refused. If the body still arrives, the answer ends after the server has read and discarded
 * the rest of it. Ending sooner would reset the connection, and many senders would report that instead of the answer. The wait
 * ends after `refusedBodyBytesMax`, after a pause of `refusedConnectionLingerMs`, or with the timeout of the whole request.
 */
export function discardRefusedBodies(server: FastifyInstance): void {
  server.addHook('onSend', ({ raw }, reply, payload, next) => {
    if (reply.statusCode < 400 || typeof payload !== 'string' || !isArriving(raw)) {
      next(null, payload);
      return;
    }
    // With its length, the answer is complete for the client before it ends.
    void reply.header('content-length', Buffer.byteLength(payload));
    next(null, Readable.from(withoutRest(payload, raw), { objectMode: false }));
  });
}

async function* withoutRest(answer: string, request: IncomingMessage): AsyncGenerator<Buffer, void> {
  yield Buffer.from(answer);
  await discardRest(request);
}
