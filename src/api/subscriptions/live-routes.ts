import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { headOf, withoutHeaders } from '../../connections/pass-connections.ts';
import { endWithRefusal, type OnRefused, type Refusal } from '../../connections/refusals.ts';
import { steadyClock } from '../../kernel/clock.ts';
import { eventStreamRoutes } from './event-stream.ts';
import { createGraphqlSockets } from './graphql-socket.ts';
import { LiveConnections, type LiveTransportOptions, observeLive } from './live-connections.ts';

/** `/graphql` as a WebSocket, and `/graphql/stream`. When the server stops, their connections are closed first. */
export function liveRoutes(server: FastifyInstance, options: Omit<LiveTransportOptions, 'connections' | 'live'>): void {
  const { admission, bounds, metrics, onRefused } = options;
  const connections = new LiveConnections(bounds, admission.access, steadyClock, admission.clock);
  const shared = { ...options, connections, live: observeLive(metrics.registry) };
  routeUpgrades(server.server, createGraphqlSockets(shared), onRefused);
  eventStreamRoutes(server, shared);
  server.addHook('preClose', () => connections.stop());
}

/**
 * Serves `/graphql` as a WebSocket. A request for another protocol is answered as if it had no `Upgrade` (RFC 9110, 7.8),
 * because Node passes every upgrade to a listener, and some clients offer HTTP/2 with every request.
 */
function routeUpgrades(
  server: Server,
  graphqlSockets: ReturnType<typeof createGraphqlSockets>,
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
    if ((request.url ?? '').replace(/\?.*$/s, '') === '/graphql') graphqlSockets(request, socket, head);
    else endWithRefusal(socket, noWebSocket, onRefused);
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
