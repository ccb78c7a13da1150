import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { quarantineBounds } from '../quarantine/bounds.ts';
import { spoolBounds } from '../spool/bounds.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { ApiAccess } from '../http/graphql/api-tokens.ts';
import { liveBounds, type LiveBounds } from '../http/subscriptions/live-bounds.ts';
import { listenBacklogMax } from '../http/limits.ts';
import { createMetrics } from '../http/metrics/metrics.ts';
import { createServer, type ServerLogger } from '../http/server.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Projector } from '../projections/projector.ts';
import { openEmbeddedNode } from './embedded-node.ts';
import { openEventStoreDbNode } from './eventstoredb-node.ts';
import type { NodeOptions } from './node.ts';

export interface AppOptions
  extends
    Pick<NodeOptions, 'dataDir' | 'authenticity'>,
    // Left out: the embedded log, both roles, and the bounds and the clock of the product.
    Partial<Pick<NodeOptions, 'eventStore' | 'roles' | 'spool' | 'quarantineBounds' | 'clock'>> {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: readonly string[];
  readonly access: ApiAccess;
  readonly logger: ServerLogger;
  /** What subscriptions and the connections that carry them may take. */
  readonly liveBounds?: LiveBounds;
}

export interface App {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** The log; without the query role it can't be read here. */
  readonly store: EventStore;
  readonly projector: Projector;
  /** Answers open requests, then stops the projector and closes the files. */
  close(): Promise<void>;
}

/**
 * Opens the whole product on a data directory and listens.
 * @throws LogUnusable, ReadModelUnusable - the message says what to do; everything opened until then is closed again
 */
export async function openApp(options: AppOptions): Promise<App> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const step of closing.reverse().splice(0)) await step();
  };
  const metrics = createMetrics();
  try {
    const nodeOptions: NodeOptions = {
      eventStore: { kind: 'sqlite' },
      roles: { receive: true, query: true },
      spool: spoolBounds,
      quarantineBounds,
      clock: systemClock,
      ...options,
      metrics,
      closing,
    };
    const { eventStore } = nodeOptions;
    const node =
      eventStore.kind === 'sqlite'
        ? await openEmbeddedNode(nodeOptions)
        : await openEventStoreDbNode(eventStore, nodeOptions);
    const { graphql } = node;
    const server = await createServer({
      receiving: node.receiving,
      graphql: graphql === null ? null : () => graphql,
      metrics,
      access: options.access,
      trustProxy: options.trustProxy,
      liveBounds: options.liveBounds ?? liveBounds,
      logger: options.logger,
    });
    closing.push(() => server.close());
    await server.ready();
    // Not by Fastify, which opens a second server where `localhost` has two addresses, and does not wait for its requests
    // when it stops.
    const { host, port } = options;
    const address = host === 'localhost' ? '127.0.0.1' : host;
    await once(server.server.listen(port, address, listenBacklogMax), 'listening');
    return {
      url: urlOf(server.server.address() as AddressInfo),
      store: node.store,
      projector: node.projector,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
