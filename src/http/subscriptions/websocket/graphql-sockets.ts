import type { Socket } from 'node:net';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { endWithRefusal, type OnRefused } from '../../connections/client-errors.ts';
import type { HandleUpgrade } from '../../connections/upgrades.ts';
import { GraphqlSocket } from './graphql-socket.ts';
import type { SocketOptions } from './socket-protocol.ts';

export interface GraphqlSocketsOptions extends SocketOptions {
  readonly onRefused: OnRefused;
}

/** GraphQL over WebSockets, subprotocol graphql-transport-ws. */
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
  return (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      new GraphqlSocket({ ws, socket, request }, options).serve();
    });
  };
}
