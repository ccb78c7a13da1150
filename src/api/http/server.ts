import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { GraphqlPorts } from '../ports.ts';
import { Documents } from '../execution/documents.ts';
import { ledgerSchema } from '../schema.ts';
import { LiveOperations } from '../subscriptions/live-operations.ts';
import {
  refuseConnection,
  refuseInsteadOfNode,
  requestIdHeader,
  type OnRefused,
  type Refusal,
} from '../../connections/refusals.ts';
import { UnreadAnswers } from './unread-answers.ts';
import { enforceTimeouts, readingOptions, watchConnections, type Connections } from '../../connections/connections.ts';
import { isRecorderPath, readRequests, trusting, type RequestReading } from '../../connections/request-reading.ts';
import { exportRoutes } from '../export/export-routes.ts';
import { consoleRoutes } from './console-routes.ts';
import { WrongTokens } from '../../connections/wrong-tokens.ts';
import { verifyBefore, type ApiAccess } from '../access/admission.ts';
import { Identities, type IssuerSettings } from '../access/identities.ts';
import { IssuerSignIn } from '../access/issuer-sign-in.ts';
import { Rates } from '../access/rates.ts';
import { Sessions } from '../access/sessions.ts';
import { corsRoutes, discardRefusedBodies, refusalRoutes, refusingWith, urlRefusal } from './refusal-routes.ts';
import { graphqlRoutes } from './graphql-routes.ts';
import { logRoutes, type LogAccess, type ServedLog, LogReadings } from './log-routes.ts';
import { mcpRoutes } from './mcp-routes.ts';
import { noteRefused, sessionRoutes } from './session-routes.ts';
import {
  answerStalledMsMax,
  otherConnectionsMax,
  graphqlBodyBytesMax,
  graphqlTokensMax,
  keepAliveTimeoutMs,
  requestTimeoutMs,
} from '../../connections/limits.ts';
import { type Metrics, askAtScrape, observeProjection } from '../../observing/metrics.ts';
import type { RateLimits } from '../../settings/variables.ts';
import {
  type LiveBounds,
  LiveConnections,
  type LiveTransportOptions,
  observeLive,
} from '../subscriptions/live-connections.ts';
import { steadyClock } from '../../kernel/clock.ts';
import { eventStreamRoutes } from '../subscriptions/event-stream.ts';
import { upgradeRoutes } from '../subscriptions/graphql-socket.ts';

/** The settings of a server, and what it answers from. */
export interface ServerOptions {
  /** Called for each request. */
  readonly graphql: () => GraphqlPorts;
  readonly access: ApiAccess;
  /** The log for standbys; null: this node serves none. */
  readonly log: ServedLog | null;
  readonly logAccess: LogAccess;
  /** Whose tokens are taken beside those of `access`. */
  readonly issuer: IssuerSettings | null;
  /** Addresses of proxies whose X-Forwarded-For and X-Request-Id are accepted. */
  readonly trustProxy: readonly string[];
  /** Origins whose web pages may use GraphQL, each as browsers send it. */
  readonly corsOrigins: readonly string[];
  /** What each client may do in a minute, unless its token says otherwise. */
  readonly rates: RateLimits;
  readonly liveBounds: LiveBounds;
  /** The folder of the console's build, which may not exist. Null: this server has no console. */
  readonly consoleFolder: string | null;
  /**
   * Passes on a callback, or a request for a probe, that came on one of its connections; `release` forgets the connection.
   * Null: there is no recorder, and such a request has no route.
   */
  readonly onCallback: PassOnCallback | null;
  readonly metrics: Metrics;
  readonly logger: ServerLogger;
}

type PassOnCallback = (request: IncomingMessage, response: ServerResponse, release: () => void) => void;

/** Fastify needs more than the port in kernel/ offers; pino offers it. */
type ServerLogger = FastifyBaseLogger;

/** A server with its routes. It does not listen: it gets connections. */
interface LedgerServer {
  readonly fastify: FastifyInstance;
  /** Takes a connection that another process has accepted: `head` has the bytes that it has read, to be read first. */
  readonly accept: (socket: Socket, head: Uint8Array) => void;
}

/** Creates a server. Closing it answers open requests first: see `Connections.drain`. */
export async function createServer(options: ServerOptions): Promise<LedgerServer> {
  const { graphql, metrics, logger, onCallback } = options;
  const onRefused: OnRefused = ({ status, error }, requestId) => {
    metrics.requestRefused(error);
    logger.debug({ requestId, status, code: error }, 'refused');
  };
  const reading = readRequests(options.trustProxy);
  const fastifyServer = createFastify(options, reading, onRefused);
  const { server } = fastifyServer;
  const connectionsMax = options.liveBounds.connectionsMax + otherConnectionsMax;
  refuseInsteadOfNode(server, onRefused);
  const connections = watchConnections(server);
  if (onCallback !== null) passOnCallbacks(server, onCallback, connections);
  addHooks(fastifyServer, connections);
  discardRefusedBodies(fastifyServer);
  refusalRoutes(fastifyServer, onRefused);
  enforceTimeouts(server);

  const { registry } = metrics;
  const open = { name: 'connections_open', help: 'Open connections to the port.' };
  askAtScrape(registry, open, () => connections.open());
  observeProjection(registry, () => graphql().progress);
  await queryRoutes(fastifyServer, options, onRefused);
  // Last, because it waits for all connections, and earlier hooks end those that stay open.
  fastifyServer.addHook('preClose', () => connections.drain());
  return {
    fastify: fastifyServer,
    accept(socket, head) {
      if (connections.open() >= connectionsMax) connections.silentLongest()?.socket.destroy();
      // A client that closes its side after a query wants no answer; one that sent it already gets it.
      socket.allowHalfOpen = true;
      socket.unshift(head);
      if (connections.open() < connectionsMax) server.emit('connection', socket);
      else socket.destroy();
    },
  };
}

function passOnCallbacks(server: Server, onCallback: PassOnCallback, connections: Connections): void {
  const [others] = server.listeners('request') as RequestListener[];
  if (others === undefined) throw new Error('The server has no listener of Fastify.');
  server.off('request', others);
  server.prependListener('request', (request, response) => {
    if (isRecorderPath(request.url ?? '')) onCallback(request, response, () => connections.release(request.socket));
    else others(request, response);
  });
}

const unreadMetric = {
  name: 'unread_answer_bytes',
  help: 'Bytes of large GraphQL answers that clients have not taken yet.',
};

async function queryRoutes(server: FastifyInstance, options: ServerOptions, onRefused: OnRefused): Promise<void> {
  const {
    graphql: ports,
    access,
    issuer,
    trustProxy,
    corsOrigins,
    rates,
    liveBounds,
    consoleFolder,
    metrics,
  } = options;
  const schema = ledgerSchema();
  const documents = new Documents(schema, graphqlTokensMax);
  const unread = new UnreadAnswers();
  askAtScrape(metrics.registry, unreadMetric, () => unread.bytes());
  const { logger, clock } = ports();
  const wrongTokens = new WrongTokens(clock, logger, () => metrics.wrongToken());
  server.addHook('onClose', (_closed, done) => {
    wrongTokens.close();
    done();
  });
  const pages = { corsOrigins, isTrustedProxy: trusting(trustProxy) };
  const sessions = new Sessions(() => ports().logSecret(), pages);
  const admission = {
    access,
    isBehindProxy: trustProxy.length > 0,
    ...pages,
    sessions,
    addressOf: readRequests(trustProxy).addressOf,
    wrongTokens,
    rates: new Rates(rates, clock),
    identities: issuer === null ? null : new Identities(issuer, clock),
    clock,
    onTokenRefused: (from: string, { error: code }: Refusal) => void noteRefused(ports().audit, from, code),
  };
  const signIn =
    admission.identities === null || issuer?.client == null
      ? null
      : new IssuerSignIn({
          issuer: issuer.issuer,
          client: issuer.client,
          identities: admission.identities,
          rules: pages,
          secret: () => ports().logSecret(),
          clock,
        });
  if (issuer !== null) {
    server.addHook('onRequest', (request, _reply, next) => {
      const verifying = verifyBefore(admission, request.raw);
      if (verifying === null) next();
      else void verifying.then(() => next());
    });
  }
  corsRoutes(server, admission, onRefused);
  sessionRoutes(server, { admission, audit: () => ports().audit, signIn, onRefused });
  await graphqlRoutes(server, { schema, documents, ports, admission, metrics, unread });
  const operations = new LiveOperations({ schema, documents, ports });
  exportRoutes(server, { schema, operations, admission, metrics, audit: () => ports().audit });
  mcpRoutes(server, { operations, admission, metrics, onRefused });
  const { log, logAccess } = options;
  const readings = new LogReadings(() => ports().audit, clock);
  if (log !== null) logRoutes(server, { access: logAccess, log, admission, readings, onRefused });
  liveRoutes(server, { operations, logger, admission, bounds: liveBounds, metrics, unread, onRefused });
  if (consoleFolder !== null) consoleRoutes(server, consoleFolder, onRefused);
}

/** `/graphql` as a WebSocket, and `/graphql/stream`. When the server stops, their connections are closed first. */
function liveRoutes(server: FastifyInstance, options: Omit<LiveTransportOptions, 'connections' | 'live'>): void {
  const { admission, bounds, metrics } = options;
  const connections = new LiveConnections(bounds, admission.access, steadyClock, admission.clock);
  const shared = { ...options, connections, live: observeLive(metrics.registry) };
  upgradeRoutes(server.server, shared);
  eventStreamRoutes(server, shared);
  server.addHook('preClose', () => connections.stop());
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
      void refusingWith(onRefused)(reply, request, { ...urlRefusal, status: statusCode });
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
