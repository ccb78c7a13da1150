import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { describeFault } from '../../../kernel/fault.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Caller } from '../../graphql/api-tokens.ts';
import { closeReasons, closeWords, type CloseReason } from '../close-reasons.ts';
import { createMessageOrder } from './message-order.ts';
import type { LiveBounds } from '../live-bounds.ts';
import type { LiveConnection, LiveConnections } from '../live-connections.ts';
import type { LiveEnd, LiveMetrics } from '../../metrics/live-metrics.ts';
import { watchBackpressure, type Backpressure } from '../backpressure.ts';
import type { RunningSubscription } from './socket-subscription.ts';

/** What the hooks of graphql-ws know of a connection. */
export interface SocketContext {
  readonly request: IncomingMessage;
  readonly backpressure: Backpressure;
  /** Writes frames that stand ready; whether all of them have left, so that their memory is free again. */
  readonly write: (frames: Buffer) => boolean;
  /** By the id of their operation. */
  readonly running: Map<string, RunningSubscription>;
  caller: Caller | null;
  readonly close: (reason: CloseReason) => Promise<void>;
}

interface GraphqlSocketOptions {
  readonly protocol: Pick<Server<SocketContext>, 'opened'>;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: LiveMetrics;
  readonly logger: Logger;
}

/** Carries one WebSocket: what comes goes to the protocol, and its times are watched. */
export function serveSocket(
  ws: WebSocket,
  socket: Socket,
  request: IncomingMessage,
  { protocol, connections, bounds, metrics, logger }: GraphqlSocketOptions,
): void {
  const openedAtMs = performance.now();
  let heardAtMs = openedAtMs;
  let busyAtMs = openedAtMs;
  let end: LiveEnd = 'CLIENT';
  let terminating: NodeJS.Timeout | undefined;
  const isOpen = () => ws.readyState === ws.OPEN;
  const outlet = watchBackpressure(socket, isOpen);
  const gone = new Promise<void>((resolve) => {
    ws.once('close', () => {
      resolve();
    });
  });

  const closeWith = (code?: number, words?: string) => {
    ws.close(code, words);
    terminating ??= setTimeout(() => {
      ws.terminate();
    }, bounds.closeWaitMsMax);
  };

  const connection: LiveConnection = {
    overdue(nowMs) {
      if (!isOpen()) return null;
      if (state.running.size > 0) busyAtMs = nowMs;
      if (nowMs - heardAtMs >= bounds.silentMsMax) return 'SILENT';
      if (nowMs - openedAtMs >= bounds.ageMsMax) return 'TOO_LONG';
      return nowMs - busyAtMs >= bounds.idleMsMax ? 'IDLE' : null;
    },
    beat() {
      if (outlet.isReady()) ws.ping();
    },
    close(reason) {
      if (isOpen()) {
        end = reason;
        const [only, another] = [...state.running.values()];
        const cursor = another === undefined ? (only?.cursor() ?? null) : null;
        closeWith(closeReasons[reason].code, closeWords(reason, cursor));
      }
      return gone;
    },
  };
  const state: SocketContext = {
    request,
    backpressure: outlet,
    write(frames) {
      socket.write(frames);
      return socket.writableLength === 0;
    },
    running: new Map(),
    caller: null,
    close: (reason) => connection.close(reason),
  };

  metrics.opened('websocket');
  const hear = () => {
    heardAtMs = performance.now();
  };
  ws.on('ping', hear);
  ws.on('pong', hear);
  // What breaks the rules of WebSockets is closed by ws itself, with its code.
  ws.on('error', () => undefined);
  let isWaiting = () => false;
  const readOn = () => {
    if (ws.isPaused && !isWaiting() && !socket.writableNeedDrain) ws.resume();
  };
  const closed = protocol.opened(
    {
      protocol: ws.protocol,
      send(data) {
        if (!isOpen()) return;
        ws.send(data);
        // Answers are not piled up for whoever does not take them: no more of what asks for them is read.
        if (!outlet.isReady()) ws.pause();
      },
      close: closeWith,
      onMessage(take) {
        const hand = (text: string) =>
          take(text).catch((error: unknown) => {
            // The hooks catch their own faults; what graphql-ws throws is a message of a type that only servers send.
            logger.info(describeFault(error), 'a client of subscriptions broke the protocol');
            closeWith(CloseCode.BadRequest, 'Invalid message received');
          });
        const order = createMessageOrder(hand, readOn);
        ({ isWaiting } = order);
        ws.once('close', () => {
          order.end();
        });
        ws.on('message', (data: Buffer) => {
          hear();
          order.take(data.toString());
          if (isWaiting()) ws.pause();
        });
      },
    },
    state,
  );
  socket.on('drain', readOn);
  ws.once('close', (code, reason) => {
    clearTimeout(terminating);
    connections.remove(connection);
    if (state.caller !== null) connections.release(state.caller);
    metrics.closed('websocket', end);
    void closed(code, reason.toString());
  });
  if (!connections.add(connection)) void connection.close('TOO_MANY');
  else if (connections.stopping()) void connection.close('STOPPING');
}
