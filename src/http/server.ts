import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Receiver } from '../receiving/receiver.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { buildLedgerSchema } from '../graphql/schema.ts';
import type { ApiAccess } from './graphql/api-tokens.ts';
import { callbackRoutes } from './callbacks/callback-routes.ts';
import { refuseConnection, refuseInsteadOfNode, type OnRefused } from './connections/client-errors.ts';
import { watchConnections } from './connections/connections.ts';
import { graphqlRoutes } from './graphql/graphql-routes.ts';
import {
  timeoutsCheckedEveryMs,
  connectionsMax,
  graphqlBodyBytesMax,
  headerBytesMax,
  headersTimeoutMs,
  keepAliveTimeoutMs,
  requestTimeoutMs,
} from './limits.ts';
import type { LiveBounds } from './subscriptions/live-bounds.ts';
import { liveRoutes } from './subscriptions/live-routes.ts';
import type { Metrics } from './metrics/metrics.ts';
import { probeRoutes } from './probes/probe-routes.ts';
import { observeProcess } from './metrics/process-metrics.ts';
import { observeProjection } from './metrics/projection-metrics.ts';
import { createReadiness, type StorageStatus } from './probes/readiness.ts';
import { observeSpool } from './metrics/spool-metrics.ts';
import { requestIdHeader } from './refusals/refusal.ts';
import { createRequestIds } from './refusals/request-id.ts';
import { refusalRoutes, refuseUrl } from './refusals/refusal-routes.ts';

export interface ServerOptions {
  /** Null where callbacks are not this node's role: it has no route for them. */
  readonly receiving: { readonly receiver: Receiver; readonly recording: StorageStatus } | null;
  /** Asked for each request. Null where queries are not this node's role: it has no GraphQL. */
  readonly graphql: (() => GraphqlPorts) | null;
  readonly access: ApiAccess;
  /** Addresses whose X-Forwarded-For and X-Request-Id are believed. */
  readonly trustProxy: readonly string[];
  readonly liveBounds: LiveBounds;
  readonly metrics: Metrics;
  /** Of the product. */
  readonly version: string;
  readonly logger: ServerLogger;
}

/** What the server asks of a logger is more than our port says; pino's has it. */
export type ServerLogger = FastifyBaseLogger;

/** Closing it answers what is open and takes nothing new: see `Connections.drain`. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { receiving, graphql, metrics, logger } = options;
  const onRefused: OnRefused = ({ status, error }, requestId) => {
    metrics.requestRefused(error);
    logger.debug({ requestId, status, code: error }, 'refused');
  };
  const server = fastify({
    loggerInstance: logger,
    // Fastify's lines hold URLs, hence tokens.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: createRequestIds(options.trustProxy),
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    bodyLimit: graphqlBodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: timeoutsCheckedEveryMs,
      // Node's own answer has no body; ours has a code.
      requireHostHeader: false,
    },
    // What still comes while stopping is answered, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => {
      refuseUrl(error, request, reply, onRefused);
    },
    clientErrorHandler(error, socket) {
      refuseConnection(error, socket, onRefused);
    },
  });
  server.server.maxConnections = connectionsMax;
  refuseInsteadOfNode(server.server, onRefused);
  const connections = watchConnections(server.server);

  server.addHook('onRequest', (request, reply, next) => {
    void reply.header(requestIdHeader, request.id);
    next();
  });
  server.addHook('onSend', (_request, reply, payload, next) => {
    if (connections.stopping()) void reply.header('connection', 'close');
    next(null, payload);
  });
  server.addHook('onResponse', ({ method, routeOptions, log }, { statusCode, elapsedTime }, next) => {
    log.debug({ method, route: routeOptions.url, status: statusCode, durationMs: elapsedTime }, 'answered');
    next();
  });
  refusalRoutes(server, onRefused);

  const readiness = createReadiness({
    graphql,
    canStore: () => receiving?.recording.canStore() ?? false,
    stopping: connections.stopping,
    elapsedMs: () => performance.now(),
  });
  const { registry } = metrics;
  server.addHook('onClose', observeProcess(registry, { version: options.version, connectionsOpen: connections.open }));
  const refreshProjection = graphql === null ? null : observeProjection(registry, graphql().progress);
  const refreshSpool = receiving === null ? null : observeSpool(registry, receiving.recording);
  probeRoutes(server, {
    readiness,
    recording: receiving?.recording ?? null,
    hasQueries: graphql !== null,
    registry,
    refresh: async () => {
      refreshSpool?.();
      await refreshProjection?.();
    },
  });
  if (receiving !== null) {
    callbackRoutes(server, receiving.receiver, {
      stored: () => {
        readiness.noteStored();
      },
      refused(refusal) {
        metrics.callbackRefused(refusal);
        const { code } = refusal;
        if (code === 'STORE_UNAVAILABLE' || code === 'STORE_OVERLOADED') readiness.noteNotStored(code);
      },
    });
  }
  if (graphql !== null) {
    const schema = buildLedgerSchema();
    await graphqlRoutes(server, { schema, ports: graphql, access: options.access, metrics });
    liveRoutes(server, {
      schema,
      ports: graphql,
      access: options.access,
      bounds: options.liveBounds,
      metrics,
      onRefused,
    });
  }
  // Last: whatever holds a connection for long ends it in a hook before this one, which waits for all of them.
  server.addHook('preClose', () => connections.drain());
  return server;
}
