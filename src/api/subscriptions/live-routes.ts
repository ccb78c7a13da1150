import type { FastifyInstance } from 'fastify';
import type { LiveOperations } from './live-operations.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { AdmissionRules } from '../http/access.ts';
import type { OnRefused } from '../../connections/refusals.ts';
import type { UnreadAnswers } from '../http/unread-answers.ts';
import { observeLive, type Metrics } from '../../observing/metrics.ts';
import { eventStreamRoutes } from './event-stream.ts';
import { createGraphqlSockets } from './graphql-socket.ts';
import type { LiveBounds } from './live-bounds.ts';
import { LiveConnections } from './live-connections.ts';
import { routeUpgrades } from '../http/upgrades.ts';

export interface LiveRoutesOptions {
  readonly operations: LiveOperations;
  readonly logger: Logger;
  readonly admission: AdmissionRules;
  readonly bounds: LiveBounds;
  readonly metrics: Metrics;
  readonly unread: UnreadAnswers;
  readonly onRefused: OnRefused;
}

/** `/graphql` as a WebSocket, and `/graphql/stream`. When the server stops, their connections are closed first. */
export function liveRoutes(server: FastifyInstance, options: LiveRoutesOptions): void {
  const { operations, logger, admission, bounds, metrics, unread, onRefused } = options;
  const connections = new LiveConnections(bounds, admission.access);
  const live = observeLive(metrics.registry);
  const shared = { operations, admission, connections, bounds, metrics, live, unread };
  const sockets = createGraphqlSockets({ ...shared, logger, onRefused });
  routeUpgrades(server.server, { '/graphql': sockets }, onRefused);
  eventStreamRoutes(server, shared);
  server.addHook('preClose', () => connections.stop());
}
