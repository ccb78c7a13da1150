import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectionEnded,
  discardRest,
  isArriving,
  refuseConnection,
  refuseInsteadOfNode,
  requestTimedOut,
  type OnRefused,
} from '../connections/refusals.ts';
import { enforceTimeouts, readingOptions, watchConnections, type Connections } from '../connections/connections.ts';
import { headersTimeoutMs, keepAliveTimeoutMs, requestTimeoutMs, stopIdleMs } from '../connections/limits.ts';
import { isCallbackRefusal, type RefusalReason } from '../callbacks/setup/callback-refusals.ts';

/** Where everything goes that is neither a callback nor a probe. */
export interface Onward {
  /** A connection that begins with other bytes: nothing of it was read but `head`. */
  connection(socket: Socket, head: Buffer): void;
  /** A request on a connection that had others for this door; `release` forgets the connection, once it is passed on. */
  request(request: IncomingMessage, response: ServerResponse, release: () => void): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

export interface DoorOptions {
  /** Handles a request of the recorder; false: it is none. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Null if there is no reader: then `handle` answers everything. */
  readonly onward: Onward | null;
  /** Connections that may be open here. */
  readonly connectionsMax: number;
  /** A silent connection was closed, because there were too many. */
  readonly onGaveWay: () => void;
  /** A request came to nothing before its head had arrived, which began as a callback's. */
  readonly onCallbackLost: (reason: RefusalReason) => void;
  /** Any other request, or a connection without one, was refused. */
  readonly onRefused: OnRefused;
}

/** The first bytes of connections whose first request is for the recorder; most of all others are GraphQL's, and pages. */
const callbackBeginning = Buffer.from('POST /callbacks');
const beginnings = [
  callbackBeginning,
  ...['GET /healthz', 'GET /readyz', 'GET /metrics'].map((text) => Buffer.from(text)),
];

function mayBeginWith(head: Buffer, beginning: Buffer): boolean {
  const length = Math.min(head.length, beginning.length);
  return beginning.compare(head, 0, length, 0, length) === 0;
}

/** The connections of the recorder: it answers its own requests on them, and passes all others on. */
export class Door {
  /** Gets requests by `emit` from another server in the same process. */
  readonly server: Server;
  private readonly connections: Connections;
  /** In the order in which they were accepted, with the time. */
  private readonly unread = new Map<Socket, number>();
  private readonly refusedAs = new WeakMap<Socket, RefusalReason>();
  private readonly beganAsCallback = new WeakSet<Socket>();

  constructor(private readonly options: DoorOptions) {
    const { onward, onRefused } = options;
    this.server = createServer({
      ...readingOptions,
      keepAliveTimeout: keepAliveTimeoutMs,
      requestTimeout: requestTimeoutMs,
    });
    // A sender may close its side after its request. See docs/patches.md#an-answer-after-the-sender-has-ended
    Object.assign(this.server, { httpAllowHalfOpen: true });
    this.connections = watchConnections(this.server);
    this.server.on('request', (request, response) => {
      if (!options.handle(request, response)) {
        onward?.request(request, response, () => this.connections.release(request.socket));
      }
    });
    this.server.on('upgrade', (request, stream, head) => {
      const socket = stream as Socket;
      this.connections.release(socket);
      if (onward === null) socket.destroy();
      else onward.upgrade(request, socket, head);
    });
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.refuse(error, socket as Socket));
    refuseInsteadOfNode(this.server, onRefused);
    enforceTimeouts(this.server);
  }

  /** Takes a connection of which nothing was read. `isKept`: it had requests, and may be silent until the next one. */
  accept(socket: Socket, isKept = false): void {
    const { onward } = this.options;
    this.makeRoom();
    this.unread.set(socket, performance.now());
    const giveUp = () => {
      if (!this.unread.has(socket)) return;
      if (isKept) socket.destroy();
      else this.refuse({ code: requestTimedOut }, socket);
    };
    // If this process was paused, the request may have arrived: it is read before the immediate runs.
    const late = setTimeout(() => setImmediate(giveUp), isKept ? keepAliveTimeoutMs : headersTimeoutMs);
    const decided = () => {
      clearTimeout(late);
      this.unread.delete(socket);
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
      if (onward !== null && !beginnings.some((beginning) => mayBeginWith(head, beginning))) {
        onward.connection(socket, head);
        return;
      }
      if (mayBeginWith(head, callbackBeginning)) this.beganAsCallback.add(socket);
      this.server.emit('connection', socket);
      // Now it has a listener: these are the first bytes that it gets.
      socket.emit('data', head);
    });
    socket.resume();
  }

  /** Takes a connection on which another process has read a request: `head` has its bytes, to be read first. */
  acceptAgain(socket: Socket, head: Uint8Array): void {
    this.makeRoom();
    socket.allowHalfOpen = true;
    socket.on('error', () => undefined);
    socket.unshift(head);
    this.server.emit('connection', socket);
  }

  /** Why a request did not arrive whole. */
  lostBecause(socket: Socket): RefusalReason {
    return this.refusedAs.get(socket) ?? 'CONNECTION_LOST';
  }

  open(): number {
    return this.unread.size + this.connections.open();
  }

  stopping(): boolean {
    return this.connections.stopping();
  }

  /** As `Connections.drain`. */
  async drain(giveAway?: (socket: Socket, isKept: boolean) => void): Promise<void> {
    if (giveAway !== undefined) {
      for (const socket of this.unread.keys()) {
        this.unread.delete(socket);
        giveAway(socket, false);
      }
    } else if (this.unread.size > 0) {
      // Bytes that have arrived are read first.
      await Promise.all([this.connections.drain(), pause(stopIdleMs)]);
      for (const socket of this.unread.keys()) socket.destroy();
    }
    await this.connections.drain(giveAway && ((socket) => giveAway(socket, true)));
  }

  /** Closes the connection that has been silent longest. Whoever opens many gets in nobody's way but their own. */
  private makeRoom(): void {
    if (this.open() < this.options.connectionsMax) return;
    const [oldest] = this.unread;
    const silent = this.connections.silentLongest();
    const leaving =
      oldest !== undefined && (silent === null || oldest[1] < silent.sinceMs) ? oldest[0] : silent?.socket;
    if (leaving === undefined) return;
    leaving.destroy();
    this.options.onGaveWay();
  }

  private refuse(error: { readonly code?: string | undefined }, socket: Socket): void {
    const isRequestOpen = this.connections.hasRequest(socket);
    const isCallback = this.beganAsCallback.has(socket);
    let reason: RefusalReason = 'CONNECTION_LOST';
    refuseConnection(error, socket, (refusal, requestId) => {
      if (error.code !== connectionEnded && isCallbackRefusal(refusal.error)) reason = refusal.error;
      // Whoever handles an open request counts it.
      if (!isRequestOpen && !isCallback) this.options.onRefused(refusal, requestId);
    });
    // A client may end its connection once it has the answer: what it was sent counts, and once.
    if (this.refusedAs.has(socket)) return;
    this.refusedAs.set(socket, reason);
    if (!isRequestOpen && isCallback) this.options.onCallbackLost(reason);
  }
}

/** An answer of the recorder, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

/**
 * Sends an answer, unless there is one already or the connection is broken. The connection ends with it if `isLast`, or if a
 * body is still arriving: then once the rest of that has been read, so that the sender sees the answer.
 */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, isLast }: Answer & { readonly isLast: boolean },
): void {
  if (response.destroyed || response.headersSent) return;
  const rest = isArriving(request) ? discardRest(request) : null;
  response.writeHead(status, isLast || rest !== null ? { ...headers, connection: 'close' } : headers);
  if (rest === null) {
    response.end(body);
    return;
  }
  response.write(body);
  void rest.then(() => response.end());
}

/** A logger that can say whether anyone wants its debug lines. */
export interface DebugLogger {
  readonly level: string;
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Logs the answer of a request once it is sent, at the level debug. `route` is its pattern: a URL may have a token. */
export function logAnswer(
  logger: DebugLogger,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { route, requestId }: { readonly route: string; readonly requestId: string },
): void {
  if (logger.level !== 'debug') return;
  const begunMs = performance.now();
  response.once('close', () => {
    const { statusCode: status } = response;
    const durationMs = performance.now() - begunMs;
    logger.debug({ requestId, method: request.method, route, status, durationMs }, 'answered');
  });
}
