import type { Socket } from 'node:net';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { DiskSpace } from '../kernel/disk.ts';
import type { GraphqlPorts } from '../graphql/context.ts';
import { ledgerSchema } from '../graphql/schema.ts';
import { createLiveOperations } from '../graphql/subscriptions/live-operations.ts';
import type { Receiver } from '../recorder/receiver.ts';
import { createCallbackHandler } from '../recorder/callback-handler.ts';
import { createCallbackIntake, type CallbackIntake, type CallbackObserver } from '../recorder/callback-intake.ts';
import { callbackRoutes } from './callbacks/callback-routes.ts';
import { refuseConnection, refuseInsteadOfNode, type OnRefused } from '../connections/client-errors.ts';
import { discardRefusedBodies } from './connections/refused-bodies.ts';
import { readingOptions, watchConnections, type Connections } from '../connections/connections.ts';
import { readRequests, trusting, type RequestReading } from '../connections/request-reading.ts';
import { exportRoutes } from './export/export-routes.ts';
import { consoleRoutes } from './console/console-routes.ts';
import type { ApiAccess } from './graphql/api-access.ts';
import { corsRoutes } from './graphql/cors-routes.ts';
import { graphqlRoutes } from './graphql/graphql-routes.ts';
import {
  answerStalledMsMax,
  otherConnectionsMax,
  graphqlBodyBytesMax,
  graphqlTokensMax,
  keepAliveTimeoutMs,
  requestTimeoutMs,
} from '../connections/limits.ts';
import type { Metrics } from './metrics/metrics.ts';
import { askAtScrape, observeDisk, observeProjection, observeSpool } from './metrics/asked-metrics.ts';
import { probeRoutes } from './probes/probe-routes.ts';
import { createReadiness, type Readiness, type StorageStatus } from './probes/readiness.ts';
import { refusalRoutes, urlRefusal } from './refusals/refusal-routes.ts';
import { requestIdHeader } from '../connections/refusal.ts';
import { refuse } from './refusals/refuse.ts';
import type { LiveBounds } from './subscriptions/live-bounds.ts';
import { liveRoutes } from './subscriptions/live-routes.ts';

/** The settings of a server, and what it answers from. */
export interface ServerOptions {
  /** Null if callbacks are not this node's role: then the server has no route for them. */
  readonly receiving: { readonly receiver: Receiver; readonly recording: StorageStatus } | null;
  /** Called for each request. Null if queries are not this node's role: then there is neither GraphQL nor the console. */
  readonly graphql: (() => GraphqlPorts) | null;
  /** The space on the disk of DATA_DIR. */
  readonly disk: () => DiskSpace;
  readonly access: ApiAccess;
  /** Addresses of proxies whose X-Forwarded-For and X-Request-Id are accepted. */
  readonly trustProxy: readonly string[];
  /** Origins whose web pages may use GraphQL, each as browsers send it. */
  readonly corsOrigins: readonly string[];
  readonly liveBounds: LiveBounds;
  /** The folder of the console's build, which may not exist. Null: this server has no console. */
  readonly consoleFolder: string | null;
  readonly metrics: Metrics;
  readonly logger: ServerLogger;
}

/** Fastify needs more than the port in kernel/ offers; pino offers it. */
export type ServerLogger = FastifyBaseLogger;

/** A server with its routes, and the intake of callbacks that arrive through another process. */
export interface LedgerServer {
  readonly fastify: FastifyInstance;
  /** Null if callbacks are not this node's role. */
  readonly callbacks: CallbackIntake | null;
  /** Takes a connection that another process has accepted. */
  readonly accept: (socket: Socket) => void;
  /** Sets how many connections to the port another process has, for the metric. */
  readonly setConnectionsElsewhere: (open: number) => void;
  /** Counts a refused request. */
  readonly onRefused: OnRefused;
}

/** Creates a server with the routes of this node's roles. Closing it answers open requests first: see `Connections.drain`. */
export async function createServer(options: ServerOptions): Promise<LedgerServer> {
  const { receiving, graphql, metrics, logger } = options;
  const onRefused: OnRefused = ({ status, error }, requestId) => {
    metrics.requestRefused(error);
    logger.debug({ requestId, status, code: error }, 'refused');
  };
  const reading = readRequests(options.trustProxy);
  const server = createFastify(options, reading, onRefused);
  const connectionsMax = options.liveBounds.connectionsMax + otherConnectionsMax;
  server.server.maxConnections = connectionsMax;
  refuseInsteadOfNode(server.server, onRefused);
  const connections = watchConnections(server.server);
  addHooks(server, connections);
  discardRefusedBodies(server);
  refusalRoutes(server, onRefused);

  const readiness = createReadiness({
    graphql,
    canStore: () => receiving?.recording.canStore() ?? false,
    disk: options.disk,
    stopping: connections.stopping,
    elapsedMs: () => performance.now(),
  });
  let connectionsElsewhere = 0;
  const { registry } = metrics;
  const open = { name: 'connections_open', help: 'Open connections to the HTTP port.' };
  askAtScrape(registry, open, () => connections.open() + connectionsElsewhere);
  observeDisk(registry, options.disk);
  if (graphql !== null) observeProjection(registry, () => graphql().progress);
  if (receiving !== null) observeSpool(registry, receiving.recording);
  const recording = receiving?.recording ?? null;
  probeRoutes(server, { readiness, recording, hasQueries: graphql !== null, registry });
  let callbacks: CallbackIntake | null = null;
  if (receiving !== null) {
    callbacks = createCallbackIntake(receiving.receiver, observeCallbacks(readiness, metrics), logger);
    const handle = createCallbackHandler({ intake: callbacks, stopping: connections.stopping });
    callbackRoutes(server, { reading, handle, logger });
  }
  if (graphql !== null) await queryRoutes(server, options, graphql, onRefused);
  // Last, because it waits for all connections, and earlier hooks end those that stay open.
  server.addHook('preClose', () => connections.drain());
  return {
    fastify: server,
    callbacks,
    accept(socket) {
      if (connections.open() < connectionsMax) server.server.emit('connection', socket);
      else socket.destroy();
    },
    setConnectionsElsewhere(open) {
      connectionsElsewhere = open;
    },
    onRefused,
  };
}

async function queryRoutes(
  server: FastifyInstance,
  { access, trustProxy, corsOrigins, liveBounds, consoleFolder, metrics }: ServerOptions,
  ports: () => GraphqlPorts,
  onRefused: OnRefused,
): Promise<void> {
  const schema = ledgerSchema();
  const admission = {
    access,
    isBehindProxy: trustProxy.length > 0,
    corsOrigins,
    isTrustedProxy: trusting(trustProxy),
  };
  corsRoutes(server, admission, onRefused);
  await graphqlRoutes(server, { schema, ports, admission, metrics });
  const operations = createLiveOperations({ schema, ports, tokensMax: graphqlTokensMax });
  exportRoutes(server, { schema, operations, admission, metrics });
  const { logger } = ports();
  liveRoutes(server, { operations, logger, admission, bounds: liveBounds, metrics, onRefused });
  if (consoleFolder !== null) consoleRoutes(server, consoleFolder, onRefused);
}

function createFastify(
  { trustProxy, logger }: ServerOptions,
  reading: RequestReading,
  onRefused: OnRefused,
): FastifyInstance {
  return fastify({
    loggerInstance: logger,
    // Fastify's own log lines contain URLs, and so tokens.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: reading.idOf,
    trustProxy: trustProxy.length === 0 ? false : trusting(trustProxy),
    bodyLimit: graphqlBodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: answerStalledMsMax,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: readingOptions,
    // A shutdown answers the requests that still arrive, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    // Otherwise Fastify loads its JSON Schema compilers at each start, though no route has such a schema.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // For a URL that the router can't read. Fastify's own answer would quote it, and it may contain a token.
    frameworkErrors: ({ statusCode = 400 }, request, reply) => {
      const refusal = { ...urlRefusal, status: statusCode };
      onRefused(refusal, request.id);
      void refuse(reply, request, refusal);
    },
    clientErrorHandler(error, socket) {
      refuseConnection(error, socket, onRefused);
    },
  });
}

function noSchemas(): never {
  throw new TypeError('Routes of this server have no JSON schema.');
}

function addHooks(server: FastifyInstance, connections: Connections): void {
  server.addHook('onRequest', (request, reply, next) => {
    void reply.header(requestIdHeader, request.id);
    next();
  });
  server.addHook('onSend', (_request, reply, payload, next) => {
    if (connections.stopping()) void reply.header('connection', 'close');
    next(null, payload);
  });
  server.addHook('onResponse', (request, reply, next) => {
    // Only then, because Fastify builds the options of a route at each access.
    if (server.log.level === 'debug') {
      const { statusCode: status, elapsedTime: durationMs } = reply;
      request.log.debug({ method: request.method, route: request.routeOptions.url, status, durationMs }, 'answered');
    }
    next();
  });
}

function observeCallbacks(readiness: Readiness, metrics: Metrics): CallbackObserver {
  return {
    stored: readiness.noteStored,
    refused(refusal) {
      metrics.callbackRefused(refusal);
      const { code } = refusal;
      if (code === 'STORE_UNAVAILABLE' || code === 'STORE_OVERLOADED') readiness.noteNotStored(code);
    },
  };
}
