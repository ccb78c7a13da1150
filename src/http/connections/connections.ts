import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { requestTimedOut } from './client-errors.ts';
import { stopArrivalMs, stopIdleMs, stopCheckEveryMs } from '../limits.ts';

/** The open connections of a server: how many, and how they end when it stops. */
export interface Connections {
  readonly open: () => number;
  /** From then on every answer says `connection: close`. */
  readonly stopping: () => boolean;
  /**
   * Takes no new connection, and resolves once the open ones are gone. Each goes after its answer; a silent one after
   * `stopIdleMs`; one whose request does not arrive within `stopArrivalMs` gets a 408. An answer that takes its time is
   * waited for.
   */
  drain(): Promise<void>;
}

interface Connection {
  readonly requests: Set<IncomingMessage>;
  restsSinceMs: number;
  /** Bytes that had come when it came to rest: more of them are the beginning of a request. */
  restsAtBytes: number;
  /** It has been told that its request came too slowly, and has a moment to read that. */
  refused: boolean;
}

export function watchConnections(server: Server): Connections {
  const connections = new Map<Socket, Connection>();
  let stopping = false;
  let onEmpty: (() => void) | null = null;

  server.on('connection', (socket) => {
    connections.set(socket, { requests: new Set(), restsSinceMs: performance.now(), restsAtBytes: 0, refused: false });
    socket.once('close', () => {
      connections.delete(socket);
      if (connections.size === 0) onEmpty?.();
    });
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.requests.add(request);
    response.once('close', () => {
      connection.requests.delete(request);
      connection.restsSinceMs = performance.now();
      connection.restsAtBytes = socket.bytesRead;
    });
  });

  const look = (stoppedAtMs: number) => {
    const nowMs = performance.now();
    const arrivalIsOver = nowMs - stoppedAtMs >= stopArrivalMs;
    for (const [socket, connection] of connections) {
      const { requests, restsSinceMs, restsAtBytes, refused } = connection;
      const begins = requests.size === 0 && socket.bytesRead > restsAtBytes;
      if (requests.size === 0 && !begins) {
        if (nowMs - restsSinceMs >= stopIdleMs) socket.destroySoon();
      } else if (arrivalIsOver && !refused && (begins || [...requests].every(({ complete }) => !complete))) {
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
      // Not http's own close: that one resets what is between two requests, and lets slow senders have all the time.
      NetServer.prototype.close.call(server);
      if (connections.size === 0) return;
      const stoppedAtMs = performance.now();
      const looking = setInterval(look, stopCheckEveryMs, stoppedAtMs);
      try {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
      } finally {
        clearInterval(looking);
      }
    },
  };
}
