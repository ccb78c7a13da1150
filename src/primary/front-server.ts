import { createServer as createHttpServer } from 'node:http';
import { createServer as createNetServer, type Socket } from 'node:net';
import { createCallbackHandler } from '../recorder/callback-handler.ts';
import type { CallbackIntake } from '../recorder/callback-intake.ts';
import { takeCallbacks, type CallbackRouting } from '../recorder/callback-routes.ts';
import {
  refuseConnection,
  refuseInsteadOfNode,
  requestTimedOut,
  type OnRefused,
} from '../connections/client-errors.ts';
import { enforceTimeouts, listen, readingOptions, watchConnections } from '../connections/connections.ts';
import { connectionsMax, headersTimeoutMs, keepAliveTimeoutMs, requestTimeoutMs } from '../connections/limits.ts';
import type { PassOn } from './pass-on.ts';
import type { HandOver } from './waiting-connections.ts';

export interface FrontOptions {
  readonly intake: CallbackIntake;
  readonly routing: Omit<CallbackRouting, 'handle'>;
  readonly handOver: HandOver;
  /** Whether this node takes callbacks; if not, every connection is handed over. */
  readonly takesCallbacks: () => boolean;
  readonly passOn: PassOn;
  readonly onRefused: OnRefused;
}

/** The port: it answers callbacks and hands over other connections. */
export interface Front {
  /** Resolves with the URL. */
  listen(host: string, port: number): Promise<string>;
  /** Number of connections not handed over. */
  open(): number;
  /** Accepts no new connections, and resolves once the open ones are answered and closed. */
  drain(): Promise<void>;
}

/** The first bytes of a connection whose first request is a callback. */
const beginning = Buffer.from('POST /callbacks/');

function beginsAsCallback(head: Buffer): boolean {
  const length = Math.min(head.length, beginning.length);
  return beginning.compare(head, 0, length, 0, length) === 0;
}

/** Stops reading, so that the process that gets the connection reads the rest. */
function stopReading(socket: Socket): void {
  // See docs/patches.md#a-connection-handed-over-after-its-first-bytes
  (socket as unknown as { _handle: { readStop(): void } })._handle.readStop();
}

export function createFront(options: FrontOptions): Front {
  const { intake, routing, handOver, takesCallbacks, passOn, onRefused } = options;
  const http = createHttpServer({
    ...readingOptions,
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
  });
  // A sender may close its side after its request. See docs/patches.md#an-answer-after-the-sender-has-ended
  Object.assign(http, { httpAllowHalfOpen: true });
  const connections = watchConnections(http);
  const handle = createCallbackHandler({ intake, stopping: connections.stopping });
  http.on(
    'request',
    takeCallbacks({ ...routing, handle }, (request, response) => passOn.request(request, response)),
  );
  http.on('upgrade', (request, socket, head) => passOn.upgrade(request, socket as Socket, head));
  http.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseConnection(error, socket as Socket, onRefused),
  );
  refuseInsteadOfNode(http, onRefused);
  enforceTimeouts(http);

  const undecided = new Set<Socket>();
  const server = createNetServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    undecided.add(socket);
    const refuse = () => {
      if (undecided.has(socket)) refuseConnection({ code: requestTimedOut }, socket, onRefused);
    };
    // If this process was paused, the request may have arrived: it is read before the immediate runs.
    const late = setTimeout(() => setImmediate(refuse), headersTimeoutMs);
    const decided = () => {
      clearTimeout(late);
      undecided.delete(socket);
    };
    const ended = () => socket.destroy();
    // Stays as long as the socket is here: an error without a listener would end the process.
    socket.on('error', () => undefined);
    socket.once('end', ended);
    socket.once('close', decided);
    socket.once('data', (head: Buffer) => {
      decided();
      socket.off('close', decided);
      socket.off('end', ended);
      if (!takesCallbacks() || !beginsAsCallback(head)) {
        stopReading(socket);
        handOver(socket, head);
        return;
      }
      http.emit('connection', socket);
      // Now it has a listener: these are the first bytes that it gets.
      socket.emit('data', head);
    });
  });
  server.maxConnections = connectionsMax;

  return {
    listen: (host, port) => listen(server, { host, port }),
    open: () => undecided.size + connections.open(),
    async drain() {
      server.close();
      for (const socket of undecided) socket.destroy();
      await connections.drain();
    },
  };
}
