import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Receiver } from '../callbacks/receiver.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import type { ApiAccess } from './api-tokens.ts';
import { callbackRoutes } from './callback-routes.ts';
import { graphqlRoutes } from './graphql-routes.ts';
import {
  connectionsCheckedEveryMs,
  connectionsMax,
  graphqlBodyBytesMax,
  headerBytesMax,
  headersTimeoutMs,
  keepAliveTimeoutMs,
  requestTimeoutMs,
} from './limits.ts';
import { watchSilentConnections } from './silent-connections.ts';

export interface ServerOptions {
  readonly receiver: Receiver;
  readonly graphql: GraphqlPorts;
  readonly access: ApiAccess;
  /** Addresses whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[];
  readonly logger: ServerLogger;
}

/** What the server asks of a logger is more than our port says; pino's has it. */
export type ServerLogger = FastifyBaseLogger;

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: options.logger,
    // A line a request would say little and hold URLs, hence tokens.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    bodyLimit: graphqlBodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: connectionsCheckedEveryMs,
    },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    // What the router refuses before any route; Fastify's own answer quotes the URL, hence tokens.
    frameworkErrors: (_error, _request, reply) => {
      const message = 'The URL is not one of this server.';
      void (reply as FastifyReply).code(400).send({ error: 'REQUEST_INVALID', message });
    },
    clientErrorHandler(error, socket) {
      if (!socket.writable) return;
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n${requestInvalid}`);
    },
  });
  server.server.maxConnections = connectionsMax;
  const endSilentConnections = watchSilentConnections(server.server);
  server.addHook('preClose', (done) => {
    endSilentConnections();
    done();
  });
  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send({ error: 'NOT_FOUND', message: 'There is no such route; callbacks go to POST /callbacks/css.' }),
  );
  callbackRoutes(server, options.receiver);
  await graphqlRoutes(server, options.graphql, options.access);
  return server;
}

const requestInvalid = JSON.stringify({
  error: 'REQUEST_INVALID',
  message: `The request is not HTTP/1.1, has headers above ${headerBytesMax} bytes, or came too slowly.`,
});
