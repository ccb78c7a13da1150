import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, type Server, type WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { ReadyRequest } from '../../../graphql/subscriptions/live-operations.ts';
import { describeFault, type Logger } from '../../../kernel/logger.ts';
import type { Caller } from '../../graphql/api-access.ts';
import type { LiveEnd } from '../../metrics/live-metrics.ts';
import { watchBackpressure, type Backpressure } from '../chunks.ts';
import { closeReasons, closeWords, type CloseReason } from '../close-reasons.ts';
import type { LiveBounds } from '../live-bounds.ts';
import type { LiveConnection, LiveTransportOptions } from '../live-connections.ts';
import { createMessageOrder } from './message-order.ts';
import type { FrameOutput, RunningSubscription } from './socket-subscription.ts';

/** A connection as the hooks of graphql-ws see it. */
export interface SocketContext extends FrameOutput {
  readonly request: IncomingMessage;
  /** By the id of their operation. */
  readonly running: Map<string, RunningSubscription>;
  /** Queries and mutations that are being answered. */
  readonly answering: Set<Pick<ReadyRequest, 'abandon'>>;
  /** Null until `connection_init` is accepted. */
  caller: Caller | null;
  readonly close: SocketConnection['close'];
}

interface ServeSocketOptions extends Pick<LiveTransportOptions, 'connections' | 'bounds' | 'live'> {
  readonly logger: Logger;
}

/** The accepted request for a WebSocket, and its TCP connection. */
interface Accepted {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly request: IncomingMessage;
}

/** Serves one WebSocket until it is closed: connects it with the protocol, and keeps it within its bounds. */
export function serveSocket(
  accepted: Accepted,
  protocol: Pick<Server<SocketContext>, 'opened'>,
  { connections, bounds, live, logger }: ServeSocketOptions,
): void {
  const { ws, socket, request } = accepted;
  const context: SocketContext = {
    request,
    backpressure: watchBackpressure(socket, () => ws.readyState === ws.OPEN),
    write(frames) {
      // See docs/patches.md#frames-written-beside-ws
      socket.write(frames);
      return socket.writableLength === 0;
    },
    running: new Map(),
    answering: new Set(),
    caller: null,
    close: (reason, details) => connection.close(reason, details),
  };
  const connection = watchSocket(ws, context, bounds);

  live.opened('websocket');
  // ws itself closes a connection that violates the protocol of WebSockets, with the code for it.
  ws.on('error', () => undefined);
  const closed = protocol.opened(toProtocolSocket(accepted, context.backpressure, connection, logger), context);
  ws.once('close', (code, reason) => {
    connections.remove(connection);
    for (const request of context.answering) request.abandon();
    if (context.caller !== null) connections.release(context.caller);
    live.closed('websocket', connection.end());
    void closed(code, reason.toString());
  });
  if (!connections.add(connection)) void connection.close('TOO_MANY');
  else if (connections.stopping()) void connection.close('STOPPING');
}

interface SocketConnection extends LiveConnection {
  /** With details for the client, if there are any: otherwise its cursor is sent, where there is a single one. */
  close(reason: CloseReason, details?: string): Promise<void>;
  /** A message or a pong was received. */
  readonly heard: () => void;
  /** Sends a close frame, and destroys the socket when the client does not answer it in time. */
  readonly closeWith: (code?: number, reason?: string) => void;
  readonly end: () => LiveEnd;
}

function watchSocket(ws: WebSocket, context: SocketContext, bounds: LiveBounds): SocketConnection {
  const openedAtMs = performance.now();
  let heardAtMs = openedAtMs;
  let busyAtMs = openedAtMs;
  let end: LiveEnd = 'CLIENT';
  let terminating: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((resolve) =>
    ws.once('close', () => {
      clearTimeout(terminating);
      resolve();
    }),
  );
  const connection: SocketConnection = {
    overdue(nowMs) {
      if (ws.readyState !== ws.OPEN) return null;
      if (context.running.size > 0) busyAtMs = nowMs;
      if (nowMs - heardAtMs >= bounds.silentMsMax) return 'SILENT';
      if (nowMs - openedAtMs >= bounds.ageMsMax) return 'TOO_LONG';
      return nowMs - busyAtMs >= bounds.idleMsMax ? 'IDLE' : null;
    },
    beat() {
      if (context.backpressure.isReady()) ws.ping();
    },
    close(reason, details = afterCursor(context)) {
      if (ws.readyState === ws.OPEN) {
        end = reason;
        connection.closeWith(closeReasons[reason].code, closeWords(reason, details));
      }
      return gone;
    },
    heard() {
      heardAtMs = performance.now();
    },
    closeWith(code, reason) {
      ws.close(code, reason);
      terminating ??= setTimeout(() => ws.terminate(), bounds.closeWaitMsMax);
    },
    end: () => end,
  };
  ws.on('ping', connection.heard);
  ws.on('pong', connection.heard);
  return connection;
}

/** Empty where several subscriptions run: there is no single cursor to continue after. */
function afterCursor({ running }: SocketContext): string {
  const [only, another] = [...running.values()];
  return only === undefined || another !== undefined ? '' : `after ${only.cursor()}`;
}

/** Reading pauses while the client does not take its answers, and while a message waits for an operation to end. */
function toProtocolSocket(
  { ws, socket }: Accepted,
  backpressure: Backpressure,
  connection: SocketConnection,
  logger: Logger,
): ProtocolSocket {
  let isWaiting = () => false;
  const resume = () => {
    if (ws.isPaused && !isWaiting() && !socket.writableNeedDrain) ws.resume();
  };
  socket.on('drain', resume);
  return {
    protocol: ws.protocol,
    send(data) {
      if (ws.readyState !== ws.OPEN) return;
      ws.send(data);
      // Otherwise answers would pile up for a client that asks without reading.
      if (!backpressure.isReady()) ws.pause();
    },
    close: connection.closeWith,
    onMessage(handle) {
      const handleOrClose = (text: string) =>
        handle(text).catch((error: unknown) => {
          // The hooks catch their own faults; graphql-ws throws on a type of message that only servers send.
          logger.info(describeFault(error), 'a client of subscriptions broke the protocol');
          connection.closeWith(CloseCode.BadRequest, 'Invalid message received');
        });
      const order = createMessageOrder(handleOrClose, resume);
      ({ isWaiting } = order);
      ws.once('close', order.end);
      ws.on('message', (data: Buffer) => {
        connection.heard();
        order.take(data.toString());
        if (isWaiting()) ws.pause();
      });
    },
  };
}
