import { once } from 'node:events';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import {
  headerBytesMax,
  headersTimeoutMs,
  listenBacklogMax,
  stopArrivalMs,
  stopCheckEveryMs,
  stopIdleMs,
  timeoutsCheckedEveryMs,
} from './limits.ts';
import { requestTimedOut } from './client-errors.ts';

/** The open connections of a server: how many, and how they end when it stops. */
export interface Connections {
  readonly open: () => number;
  /** If true, every answer must say `connection: close`. */
  readonly stopping: () => boolean;
  /**
   * Accepts no new connection, and resolves once the open ones are closed: a busy one after its answer, however slow, an idle
   * one after `stopIdleMs`, and one whose request does not arrive within `stopArrivalMs` with a 408.
   */
  drain(): Promise<void>;
}

/** Every subscriber has one, so what only requests need is created with the first request. */
interface Connection {
  requests: Set<IncomingMessage> | null;
  idleSinceMs: number;
  /** Bytes received when it became idle. Any more begin a request. */
  idleAtBytes: number;
  /** A 408 was sent, and the client has a moment to read it. */
  refused: boolean;
}

const noRequests: ReadonlySet<IncomingMessage> = new Set();

/** The limits and timeouts by which every server of the product reads requests. */
export const readingOptions = {
  maxHeaderSize: headerBytesMax,
  headersTimeout: headersTimeoutMs,
  connectionsCheckingInterval: timeoutsCheckedEveryMs,
  // Node's own refusal has no body; ours has an error code.
  requireHostHeader: false,
} satisfies ServerOptions;

/**
 * Starts listening, and resolves with the server's URL, such as `http://127.0.0.1:4000`.
 * @throws Error - as `listen` of a server
 */
export async function listen(
  server: NetServer,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  // On some machines `localhost` has two addresses; always use the same one.
  const address = host === 'localhost' ? '127.0.0.1' : host;
  await once(server.listen(port, address, listenBacklogMax), 'listening');
  const bound = server.address() as AddressInfo;
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** Starts the timeouts of a server that does not listen, but gets its connections from another. */
export function enforceTimeouts(server: Server): void {
  // See docs/patches.md#timeouts-of-a-server-that-does-not-listen
  server.emit('listening');
}

/** Tracks the sockets of a server from now on, so that it can stop once the open requests are answered. */
export function watchConnections(server: Server): Connections {
  const connections = new Map<Socket, Connection>();
  let stopping = false;
  let onEmpty: (() => void) | null = null;

  function remove(this: Socket): void {
    connections.delete(this);
    if (connections.size === 0) onEmpty?.();
  }
  server.on('connection', (socket) => {
    connections.set(socket, { requests: null, idleSinceMs: performance.now(), idleAtBytes: 0, refused: false });
    socket.on('close', remove);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) return;
    const requests = (connection.requests ??= new Set());
    requests.add(request);
    response.on('close', () => {
      requests.delete(request);
      connection.idleSinceMs = performance.now();
      connection.idleAtBytes = socket.bytesRead;
    });
  });

  const closeIdleAndLate = (stoppedAtMs: number) => {
    const nowMs = performance.now();
    const isArrivalOver = nowMs - stoppedAtMs >= stopArrivalMs;
    for (const [socket, connection] of connections) {
      const { idleSinceMs, idleAtBytes, refused } = connection;
      const requests = connection.requests ?? noRequests;
      const isBeginning = requests.size === 0 && socket.bytesRead > idleAtBytes;
      if (requests.size === 0 && !isBeginning) {
        if (nowMs - idleSinceMs >= stopIdleMs) socket.destroySoon();
      } else if (isArrivalOver && !refused && (isBeginning || [...requests].every(({ complete }) => !complete))) {
        connection.refused = true;
        server.emit('clientError', Object.assign(new Error('The server stops.'), { code: requestTimedOut }), socket);
      }
    }
  };

  return {
    open: () => connections.size,
    stopping: () => stopping,
    async drain() {
      stopping = true;
      // Not `close` of node:http: it resets connections between two requests, and does not limit slow senders.
      // See docs/patches.md#closing-a-server-without-its-connections
      NetServer.prototype.close.call(server);
      if (connections.size === 0) return;
      const checking = setInterval(closeIdleAndLate, stopCheckEveryMs, performance.now());
      try {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
      } finally {
        clearInterval(checking);
      }
    },
  };
}
