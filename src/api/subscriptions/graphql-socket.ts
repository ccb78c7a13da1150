import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Backpressure } from './chunks.ts';
import {
  type LiveConnection,
  type LiveTransportOptions,
  closeReasons,
  closeWords,
  type CloseReason,
  type LiveEnd,
} from './live-connections.ts';
import { SocketProtocol, type ProtocolOutput } from './socket-protocol.ts';
import { endWithRefusal, type Refusal } from '../../connections/refusals.ts';
import { headOf, withoutHeaders } from '../../connections/pass-connections.ts';

/**
 * Serves `/graphql` as a WebSocket. A request for another protocol is answered as if it had no `Upgrade` (RFC 9110, 7.8),
 * because Node passes every upgrade to a listener, and some clients offer HTTP/2 with every request.
 */
export function upgradeRoutes(server: Server, options: LiveTransportOptions): void {
  const sockets = acceptSockets(options);
  server.on('upgrade', (request: IncomingMessage, stream, head: Buffer) => {
    const socket = stream as Socket;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, socket, head);
      return;
    }
    // Node no longer handles errors of this socket, and one would end the process.
    socket.on('error', () => undefined);
    if ((request.url ?? '').replace(/\?.*$/s, '') !== '/graphql')
      endWithRefusal(socket, noWebSocket, options.onRefused);
    else sockets.handleUpgrade(request, socket, head, (ws) => new GraphqlSocket(ws, socket, request, options).serve());
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

/** Handshakes of the subprotocol graphql-transport-ws. */
function acceptSockets({ bounds, onRefused }: LiveTransportOptions): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: bounds.messageBytesMax,
    // Otherwise every connection would keep a compressor, and no frame could be shared.
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  sockets.on('wsClientError', (_error, socket) => {
    const message = 'The upgrade request is not a valid WebSocket handshake (RFC 6455).';
    const refusal = { status: 400, error: 'REQUEST_INVALID', message } as const;
    endWithRefusal(socket as Socket, refusal, onRefused);
  });
  return sockets;
}

/**
 * One WebSocket until it is closed: keeps it within its bounds, and reads and writes no faster than its client takes.
 * There are tens of thousands of these, so each is an object with as little as possible, and without a timer.
 */
class GraphqlSocket implements LiveConnection, ProtocolOutput {
  readonly backpressure: Backpressure;
  private readonly protocol: SocketProtocol;
  private readonly openedAtMs = this.nowMs();
  private heardAtMs = this.openedAtMs;
  private busyAtMs = this.openedAtMs;
  private end: LiveEnd = 'CLIENT';
  private gone: Promise<void> | null = null;

  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Socket,
    request: IncomingMessage,
    private readonly options: LiveTransportOptions,
  ) {
    this.backpressure = new Backpressure(socket, this);
    this.protocol = new SocketProtocol(this, request, options);
  }

  serve(): void {
    const { ws, socket, options } = this;
    options.live.opened('websocket');
    const heard = () => this.heard();
    ws.on('ping', heard);
    ws.on('pong', heard);
    ws.on('message', (data: Buffer) => {
      this.heard();
      // Messages after one that violates the protocol are ignored.
      if (this.isOpen()) this.protocol.take(data.toString());
    });
    // ws itself closes a connection that violates the protocol of WebSockets, with the code for it.
    ws.on('error', ignore);
    ws.once('close', () => this.closed());
    socket.on('drain', () => this.drained());
    if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      this.closeWith(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
    }
    if (!options.connections.add(this)) void this.close('TOO_MANY');
    else if (options.connections.stopping()) void this.close('STOPPING');
  }

  isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  nowMs(): number {
    return this.options.connections.nowMs();
  }

  /** Sends a message of the protocol. */
  send(message: object): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string, onSent: () => void = ignore): void {
    // Called if the connection is lost, too.
    this.ws.send(text, onSent);
    if (!this.isOpen()) return;
    // Otherwise answers would pile up for a client that asks without reading.
    if (!this.backpressure.isReady()) this.ws.pause();
  }

  readonly cutOff = (): void => this.ws.terminate();

  write(frames: Buffer): boolean {
    // See docs/patches.md#frames-written-beside-ws
    this.socket.write(frames);
    return this.socket.writableLength === 0;
  }

  overdue(nowMs: number): CloseReason | null {
    if (!this.isOpen()) return null;
    const { bounds } = this.options;
    const { isBusy, isInitialised } = this.protocol;
    if (isBusy) this.busyAtMs = nowMs;
    if (nowMs - this.heardAtMs >= bounds.silentMsMax) return 'SILENT';
    if (nowMs - this.openedAtMs >= bounds.ageMsMax) return 'TOO_LONG';
    if (!isInitialised && nowMs - this.openedAtMs >= bounds.initWaitMsMax) return 'NO_INIT';
    return nowMs - this.busyAtMs >= bounds.idleMsMax ? 'IDLE' : null;
  }

  expiresAtMs(): number | null {
    return this.protocol.expiresAtMs;
  }

  beat(): void {
    if (this.backpressure.isReady()) this.ws.ping();
  }

  /** Sends the details if there are any; otherwise the client's cursor, if there is a single one. */
  close(reason: CloseReason, details = this.protocol.afterCursor()): Promise<void> {
    this.gone ??= new Promise((resolve) => {
      if (this.ws.readyState === this.ws.CLOSED) resolve();
      else this.ws.once('close', () => resolve());
    });
    if (this.isOpen()) {
      this.end = reason;
      this.closeWith(closeReasons[reason].code, closeWords(reason, details));
    }
    return this.gone;
  }

  /** Sends a close frame, and destroys the socket if the client does not answer it in time. */
  closeWith(code: number, reason: string): void {
    if (!this.isOpen()) return;
    this.ws.close(code, reason);
    const terminating = setTimeout(() => this.ws.terminate(), this.options.bounds.closeWaitMsMax);
    this.ws.once('close', () => clearTimeout(terminating));
  }

  private heard(): void {
    this.heardAtMs = this.nowMs();
  }

  private drained(): void {
    this.backpressure.noteDrained();
    if (this.ws.isPaused && !this.socket.writableNeedDrain) this.ws.resume();
  }

  private closed(): void {
    this.options.connections.remove(this);
    this.options.live.closed('websocket', this.end);
    this.protocol.end();
  }
}

function ignore(): void {
  // Its `close` follows.
}
