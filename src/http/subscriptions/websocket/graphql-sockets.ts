import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import {
  OperationRefused,
  type LiveOperations,
  type ReadyOperation,
  type ReadySubscription,
} from '../../../graphql/subscriptions/live-operations.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { callerOf, isHostAllowed, type ApiAccess } from '../../graphql/api-tokens.ts';
import { endWithRefusal, type OnRefused } from '../../connections/client-errors.ts';
import { outcomeOf } from '../../graphql/graphql-errors-plugin.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { serveSocket, type SocketContext } from './graphql-socket.ts';
import type { LiveBounds } from '../live-bounds.ts';
import type { LiveConnections } from '../live-connections.ts';
import type { LiveMetrics } from '../../metrics/live-metrics.ts';
import { createMessageSink } from '../message-sink.ts';
import { isOriginAllowed } from '../../graphql/origin.ts';
import { sendNextFrames, encodeId } from './next-frames.ts';
import { runSubscription } from './socket-subscription.ts';
import { ErrorMessage, tooManyOperations } from '../error-message.ts';
import type { HandleUpgrade } from '../../connections/upgrades.ts';

export interface GraphqlSocketsOptions {
  readonly schema: GraphQLSchema;
  readonly operations: LiveOperations;
  readonly access: ApiAccess;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: Metrics;
  readonly live: LiveMetrics;
  readonly logger: Logger;
  readonly onRefused: OnRefused;
}

/** What an operation is run by, from its `subscribe` message on. */
interface Started {
  readonly id: string;
  readonly state: SocketContext;
  readonly ready: ReadyOperation;
}

/**
 * GraphQL over WebSockets, subprotocol graphql-transport-ws. The protocol is graphql-ws's; only `next` messages are written
 * past it, as frames that stand ready, so that a result is written as JSON once for all who are sent it.
 */
export function createGraphqlSockets(options: GraphqlSocketsOptions): HandleUpgrade {
  const { schema, operations, access, connections, bounds, metrics, live, logger, onRefused } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: bounds.messageBytesMax,
    // Each connection would keep a compressor, and no frame could be made ready for several.
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  sockets.on('wsClientError', (_error, socket) => {
    endWithRefusal(
      socket as never,
      { status: 400, statusText: 'Bad Request', error: 'REQUEST_INVALID', message: 'No WebSocket can be made of it.' },
      onRefused,
    );
  });

  const refuse = (errors: readonly GraphQLFormattedError[]) => {
    metrics.operationAnswered(outcomeOf(errors));
    return errors.map((error) => new ErrorMessage(error));
  };
  const protocol = makeServer<Record<string, unknown>, SocketContext>({
    connectionInitWaitTimeout: bounds.initWaitMsMax,
    onConnect({ extra: state, connectionParams }) {
      const { request } = state;
      const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      const authorization = typeof given === 'string' ? given : request.headers.authorization;
      const isTrusted = isOriginAllowed(access, request) && isHostAllowed(access, request.headers.host);
      const asker = isTrusted ? callerOf(access, authorization) : null;
      if (asker === null) {
        void state.close('FORBIDDEN');
        return false;
      }
      if (!connections.claim(asker)) {
        void state.close('TOO_MANY');
        return false;
      }
      state.caller = asker;
      return true;
    },
    async onSubscribe({ extra: state, subscriptions }, id, { query, operationName, variables }) {
      const requestId = randomUUID();
      if (Object.keys(subscriptions).length > bounds.operationsOfConnectionMax) {
        return refuse(operations.errorsOf(tooManyOperations(bounds.operationsOfConnectionMax), requestId));
      }
      try {
        const ready = await operations.prepare({
          query,
          operationName: operationName ?? null,
          variables: variables ?? {},
          role: state.caller?.role ?? 'viewer',
          requestId,
          resumeAfter: null,
        });
        if (ready.kind === 'SUBSCRIPTION') metrics.operationAnswered('OK');
        const started: Started = { id, state, ready };
        return { schema, document: ready.document, operationName: ready.operationName, contextValue: started };
      } catch (error) {
        const errors = error instanceof OperationRefused ? error.errors : operations.errorsOf(error, requestId);
        return refuse(errors);
      }
    },
    subscribe: ({ contextValue }: ExecutionArgs) => {
      const { id, state, ready } = contextValue as Started & { ready: ReadySubscription };
      const writtenId = encodeId(id);
      const running = runSubscription(ready, (onFailed) =>
        createMessageSink({
          backpressure: state.backpressure,
          send: (messages, from) => sendNextFrames(writtenId, messages, from, state.write),
          onSent: (messages) => {
            live.sent('websocket', messages);
          },
          onFailed,
        }),
      );
      state.running.set(id, running);
      live.subscribed('websocket');
      return running;
    },
    execute: async ({ contextValue }: ExecutionArgs) => {
      const { ready } = contextValue as Started;
      const result = ready.kind === 'REQUEST' ? await ready.answer() : {};
      metrics.operationAnswered(outcomeOf(result.errors));
      return result as never;
    },
    onNext: (_context, _id, _payload, _args, result) => result as never,
    onError: (_context, _id, _payload, errors) =>
      errors.flatMap((error) =>
        error instanceof ErrorMessage ? [error.told] : operations.errorsOf(error, randomUUID()),
      ),
    onComplete: ({ extra: state }, id) => {
      if (state.running.delete(id)) live.unsubscribed('websocket');
    },
  });

  return (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      serveSocket(ws, socket, request, { protocol, connections, bounds, metrics: live, logger });
    });
  };
}
