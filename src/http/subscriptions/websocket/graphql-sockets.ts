import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer, type SubscribeMessage } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import {
  OperationRefused,
  type ReadyOperation,
  type ReadyRequest,
  type ReadySubscription,
  type SendableResult,
} from '../../../graphql/subscriptions/live-operations.ts';
import { LedgerError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { endWithRefusal, type OnRefused } from '../../connections/client-errors.ts';
import type { HandleUpgrade } from '../../connections/upgrades.ts';
import { admit } from '../../graphql/admission.ts';
import { outcomeOf } from '../../metrics/metrics.ts';
import type { LiveTransportOptions } from '../live-connections.ts';
import { serveSocket, type SocketContext } from './graphql-socket.ts';
import { runSubscription } from './socket-subscription.ts';

export interface GraphqlSocketsOptions extends LiveTransportOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  readonly onRefused: OnRefused;
}

/** What the hooks pass on about an operation, from its `subscribe` message on. */
interface Accepted {
  readonly id: string;
  readonly socket: SocketContext;
  readonly ready: ReadyOperation;
}

/** An error that is sent as it is: it has its code and the id of its request already. */
class FormattedError extends GraphQLError {
  constructor(readonly formatted: GraphQLFormattedError) {
    super(formatted.message, { extensions: formatted.extensions ?? {} });
  }
}

/**
 * GraphQL over WebSockets, subprotocol graphql-transport-ws, served by graphql-ws. Only `next` messages are written past it,
 * as frames that all subscribers of the same operation share, so that a result is written as JSON once.
 */
export function createGraphqlSockets(options: GraphqlSocketsOptions): HandleUpgrade {
  const { bounds, onRefused } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: bounds.messageBytesMax,
    // Every connection would keep a compressor, and no frame could be shared.
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  sockets.on('wsClientError', (_error, socket) => {
    const message = 'The upgrade request is not a valid WebSocket handshake (RFC 6455).';
    const refusal = { status: 400, error: 'REQUEST_INVALID', message } as const;
    endWithRefusal(socket as Socket, refusal, onRefused);
  });
  const protocol = createProtocol(options);
  return (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      serveSocket({ ws, socket, request }, protocol, options);
    });
  };
}

function createProtocol(options: GraphqlSocketsOptions) {
  const { schema, operations, bounds, metrics, live } = options;
  return makeServer<Record<string, unknown>, SocketContext>({
    connectionInitWaitTimeout: bounds.initWaitMsMax,
    onConnect: ({ extra: socket, connectionParams }) => connect(socket, connectionParams, options),
    async onSubscribe({ extra: socket, subscriptions }, id, payload) {
      try {
        const ready = await prepare(socket, payload, Object.keys(subscriptions).length, options);
        const { document, operationName } = ready;
        if (ready.kind === 'SUBSCRIPTION') metrics.operationAnswered('OK');
        return { schema, document, operationName, contextValue: { id, socket, ready } satisfies Accepted };
      } catch (error) {
        if (!(error instanceof OperationRefused)) throw error;
        metrics.operationAnswered(outcomeOf(error.errors));
        return error.errors.map((formatted) => new FormattedError(formatted));
      }
    },
    subscribe: ({ contextValue }: ExecutionArgs) => {
      const { id, socket, ready } = contextValue as Accepted & { ready: ReadySubscription };
      const running = runSubscription(ready, id, socket, live);
      socket.running.set(id, running);
      return running;
    },
    execute: async ({ contextValue }: ExecutionArgs) => {
      const { ready, socket } = contextValue as Accepted;
      const result = ready.kind === 'REQUEST' ? await answer(ready, socket) : {};
      metrics.operationAnswered(outcomeOf(result.errors));
      return result as never;
    },
    onNext: (...[, , , , result]) => result as never,
    onError: (_context, _id, _payload, errors) =>
      errors.flatMap((error) =>
        error instanceof FormattedError ? [error.formatted] : operations.errorsOf(error, randomUUID()),
      ),
    onComplete: ({ extra: socket }, id) => {
      if (socket.running.delete(id)) live.unsubscribed('websocket');
    },
  });
}

async function answer(ready: ReadyRequest, { answering }: SocketContext): Promise<SendableResult> {
  answering.add(ready);
  try {
    return await ready.answer();
  } finally {
    answering.delete(ready);
  }
}

/** Whether a client may connect, by its origin, host and token; closes the connection otherwise. */
function connect(
  socket: SocketContext,
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  { admission, connections }: GraphqlSocketsOptions,
): boolean {
  const { headers } = socket.request;
  const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  const authorization = typeof given === 'string' ? given : headers.authorization;
  const { caller, refusal } = admit(admission, socket.request, authorization);
  if (caller !== null && connections.claim(caller)) {
    socket.caller = caller;
    return true;
  }
  void (refusal === null ? socket.close('TOO_MANY') : socket.close('FORBIDDEN', refusal.message));
  return false;
}

/** @throws OperationRefused */
async function prepare(
  { caller }: SocketContext,
  { query, operationName, variables }: SubscribeMessage['payload'],
  operationsOpen: number,
  { operations, bounds: { operationsOfConnectionMax } }: GraphqlSocketsOptions,
): Promise<ReadyOperation> {
  const requestId = randomUUID();
  try {
    if (operationsOpen > operationsOfConnectionMax) {
      const message = `This connection may have ${operationsOfConnectionMax} operations at a time. Complete one first.`;
      throw new LedgerError('TOO_MANY_SUBSCRIPTIONS', message);
    }
    return await operations.prepare({
      query,
      operationName: operationName ?? null,
      variables: variables ?? {},
      role: caller?.role ?? 'viewer',
      callerName: caller?.name ?? null,
      requestId,
      resumeAfter: null,
    });
  } catch (error) {
    if (error instanceof OperationRefused) throw error;
    throw new OperationRefused(operations.errorsOf(error, requestId));
  }
}
