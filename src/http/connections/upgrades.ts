import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { endWithRefusal, type OnRefused } from './client-errors.ts';

/** Takes a request for a WebSocket; the bytes are those that came right behind its head. */
export type HandleUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Routes requests for another protocol on the same connection. Once anybody listens for them, Node hands over all of them; a
 * server that does not know the protocol may answer as if it had not been asked for, so those are given back: some clients
 * ask for HTTP/2 with every request.
 */
export function routeUpgrades(
  server: Server,
  routes: Readonly<Record<string, HandleUpgrade>>,
  onRefused: OnRefused,
): void {
  server.on('upgrade', (request: IncomingMessage, stream, head: Buffer) => {
    const socket = stream as Socket;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      giveBack(server, request, socket, head);
      return;
    }
    // Node has let go of the connection: an error of it would end the process.
    socket.on('error', () => undefined);
    const take = routes[(request.url ?? '').replace(/\?.*$/s, '')];
    if (take !== undefined) {
      take(request, socket, head);
      return;
    }
    endWithRefusal(
      socket,
      { status: 404, statusText: 'Not Found', error: 'NOT_FOUND', message: 'No WebSocket is served there.' },
      onRefused,
    );
  });
}

/** The request as it came, but for the wish; as if the connection had just begun with it. */
function giveBack(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method ?? ''} ${url ?? ''} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() === 'upgrade') continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutUpgrade(connection: string): string {
  return connection
    .split(',')
    .filter((option) => option.trim().toLowerCase() !== 'upgrade')
    .join(',');
}
