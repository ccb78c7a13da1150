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
import { requestTimedOut } from './refusals.ts';

/** The open connections of a server: how many, and how they end when it stops. */
export type Connections = ReturnType<typeof watchConnections>;

interface SilentConnection {
  readonly socket: Socket;
  /** By `performance.now()`. */
  readonly sinceMs: number;
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

/** Connections that are looked at for a silent one. Those before it in the order wait for answers, which takes milliseconds. */
const lookedAtMax = 1_000;

/** The limits and timeouts by which every server of the product reads requests. */
export const readingOptions = {
  maxHeaderSize: headerBytesMax,
  headersTimeout: headersTimeoutMs,
  connectionsCheckingInterval: timeoutsCheckedEveryMs,
  // Node's own refusal has no body; ours has an error code.
  requireHostHeader: false,
} satisfies ServerOptions;

/**
 * Starts listening, on an address or on a socket that another program has opened, and resolves with the server's URL, such as
 * `http://127.0.0.1:4000`.
 * @throws Error - as `listen` of a server
 */
export async function listen(
  server: NetServer,
  at: { readonly host: string; readonly port: number } | { readonly fd: number },
): Promise<string> {
  if ('fd' in at) server.listen(at);
  // On some machines `localhost` has two addresses; always use the same one.
  else server.listen(at.port, at.host === 'localhost' ? '127.0.0.1' : at.host, listenBacklogMax);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** Starts the timeouts of a server that does not listen, but gets its connections from another. */
export function enforceTimeouts(server: Server): void {
  // See docs/patches.md#timeouts-of-a-server-that-does-not-listen
  server.emit('listening');
}

/** Tracks the sockets of a server from now on, so that it can stop once the open requests are answered. */
export function watchConnections(server: Server) {
  // In the order in which they were last active.
  const connections = new Map<Socket, Connection>();
  let stopping = false;
  let onEmpty: (() => void) | null = null;

  const release = (socket: Socket) => {
    connections.delete(socket);
    if (connections.size === 0) onEmpty?.();
  };
  function remove(this: Socket): void {
    release(this);
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
      if (connections.delete(socket)) connections.set(socket, connection);
    });
  });

  const silentLongest = (): SilentConnection | null => {
    let looked = 0;
    for (const [socket, { requests, idleSinceMs }] of connections) {
      if (![...(requests ?? noRequests)].some(({ complete }) => complete)) return { socket, sinceMs: idleSinceMs };
      looked += 1;
      if (looked > lookedAtMax) return null;
    }
    return null;
  };

  return {
    open: () => connections.size,
    /** The one that has been silent longest: no request on it waits for its answer. Null if there is none. */
    silentLongest,
    /** Whether a request on it has not been answered yet. */
    hasRequest: (socket: Socket) => (connections.get(socket)?.requests?.size ?? 0) > 0,
    /** Another process goes on with the connection. */
    release,
    /** If true, every answer must say `connection: close`. */
    stopping: () => stopping,
    /**
     * Accepts no new connection, and resolves once the open ones are closed: a busy one after its answer, however slow, an idle
     * one after `stopIdleMs`, and one whose request does not arrive within `stopArrivalMs` with a 408.
     * @param giveAway - another process goes on with the connections: it gets each idle one, and no answer ends its connection
     */
    async drain(giveAway?: (socket: Socket) => void): Promise<void> {
      stopping = giveAway === undefined;
      // Not `close` of node:http: it resets connections between two requests, and does not limit slow senders.
      // See docs/patches.md#closing-a-server-without-its-connections
      NetServer.prototype.close.call(server);
      const stoppedAtMs = performance.now();
      const endIdle = (socket: Socket, idleMs: number) => {
        if (giveAway !== undefined) {
          release(socket);
          giveAway(socket);
        } else if (idleMs >= stopIdleMs) socket.destroySoon();
      };
      const check = () => endIdleAndLate(server, connections, { stoppedAtMs, endIdle });
      if (giveAway !== undefined) check();
      if (connections.size === 0) return;
      const checking = setInterval(check, stopCheckEveryMs);
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

interface Stopping {
  readonly stoppedAtMs: number;
  /** Ends a connection that has been idle for so long, if that is long enough. */
  readonly endIdle: (socket: Socket, idleMs: number) => void;
}

function endIdleAndLate(
  server: Server,
  connections: ReadonlyMap<Socket, Connection>,
  { stoppedAtMs, endIdle }: Stopping,
): void {
  const nowMs = performance.now();
  const isArrivalOver = nowMs - stoppedAtMs >= stopArrivalMs;
  for (const [socket, connection] of connections) {
    const { idleSinceMs, idleAtBytes, refused } = connection;
    const requests = connection.requests ?? noRequests;
    const isBeginning = requests.size === 0 && socket.bytesRead > idleAtBytes;
    if (requests.size === 0 && !isBeginning) {
      endIdle(socket, nowMs - idleSinceMs);
    } else if (isArrivalOver && !refused && (isBeginning || [...requests].every(({ complete }) => !complete))) {
      connection.refused = true;
      server.emit('clientError', Object.assign(new Error('The server stops.'), { code: requestTimedOut }), socket);
    }
  }
}
