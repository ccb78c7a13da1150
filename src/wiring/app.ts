import { quarantineBounds } from '../quarantine/share.ts';
import { spoolBounds } from '../spool/spool.ts';
import { liveBounds } from '../http/subscriptions/live-bounds.ts';
import { listen } from '../connections/connections.ts';
import { createMetrics } from '../http/metrics/metrics.ts';
import { createServer, type LedgerServer, type ServerOptions } from '../http/server.ts';
import { measureDiskSpace } from '../kernel/disk.ts';
import { systemClock } from '../kernel/clock.ts';
import { Closing } from '../kernel/closing.ts';
import { wantsTraces } from '../kernel/spans.ts';
import { noAlerts } from '../alerts/rules/read-rules.ts';
import { outageMsMin } from './outages.ts';
import { openEmbeddedNode } from './embedded-node.ts';
import { leaseTimes } from '../forwarding/lease/lease-times.ts';
import { createCallbackSetup } from './callback-setup.ts';
import type { NodeOptions } from './node.ts';
import { fileURLToPath } from 'node:url';
import { packageFolder } from '../kernel/package-folder.ts';

/** The settings of a process, and its logger. `authenticity` and `access` are read for each request, so the objects may be changed. */
export interface AppOptions
  extends
    Pick<NodeOptions, 'dataDir' | 'authenticity'>,
    Pick<ServerOptions, 'access' | 'trustProxy' | 'logger'>,
    // By default: the embedded log, both roles, the bounds and the clock of the product, no forwarding and no alerts, no origins.
    Partial<Pick<ServerOptions, 'corsOrigins' | 'liveBounds'>>,
    Partial<
      Pick<
        NodeOptions,
        | 'eventStore'
        | 'roles'
        | 'spool'
        | 'quarantineBounds'
        | 'outageMsMin'
        | 'forward'
        | 'leaseTimes'
        | 'alerts'
        | 'clock'
      >
    > {
  readonly host: string;
  readonly port: number;
  /** By default the server listens itself. */
  readonly door?: Door;
  /** The folder of the console's build. By default the one that `npm run build` makes. */
  readonly consoleFolder?: string;
}

/** How requests get to the server. */
export interface Door {
  /**
   * Resolves with the URL once requests can arrive.
   * @throws Error - as `listen` of a server
   */
  open(server: LedgerServer, at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Called when the server has answered the requests on its connections, and while the log is still open. */
  close(): Promise<void>;
}

/** The running product. */
export interface App {
  /** The URL of the service, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Answers open requests, then stops all threads and closes all files, even if some fail.
   * @throws AggregateError - what failed to close; each is logged by name
   */
  close(): Promise<void>;
}

/**
 * Opens the whole product on a data directory and listens.
 * @throws LogUnusable, ReadModelUnusable - the message says what to do; the parts that were opened are closed again
 */
export async function openApp(options: AppOptions): Promise<App> {
  const closing = new Closing(options.logger);
  if (wantsTraces(process.env)) {
    // Loaded only if it is wanted.
    const tracing = (await import('../tracing/trace.ts')).startTracing(process.env, options.logger);
    closing.add('traces', () => tracing.close());
  }
  const metrics = createMetrics();
  let url: string | null = null;
  try {
    const clock = options.clock ?? systemClock;
    const roles = options.roles ?? { receive: true, query: true };
    const { authenticity } = options;
    const nodeOptions: NodeOptions = {
      eventStore: { kind: 'sqlite' },
      spool: spoolBounds,
      quarantineBounds,
      alerts: noAlerts,
      outageMsMin,
      forward: { targets: [], allowed: { loopback: false, private: false } },
      leaseTimes,
      ...options,
      roles,
      clock,
      callbackSetup: createCallbackSetup({ takesCallbacks: roles.receive, authenticity, clock, url: () => url }),
      metrics,
      closing,
    };
    const { eventStore } = nodeOptions;
    const node =
      eventStore.kind === 'sqlite'
        ? await openEmbeddedNode(nodeOptions)
        : await (await import('./eventstoredb-node.ts')).openEventStoreDbNode(eventStore, nodeOptions);
    const server = await createServer({
      receiving: node.receiving,
      graphql: node.graphql,
      metrics,
      disk: () => measureDiskSpace(options.dataDir),
      access: options.access,
      trustProxy: options.trustProxy,
      corsOrigins: options.corsOrigins ?? [],
      liveBounds: options.liveBounds ?? liveBounds,
      consoleFolder: options.consoleFolder ?? consoleFolder,
      logger: options.logger,
    });
    const door = options.door ?? ownPort;
    closing.add('door', () => door.close());
    closing.add('server', () => server.fastify.close());
    await server.fastify.ready();
    url = await door.open(server, options);
    node.receiving?.takingCallbacks();
    return { url, close: () => closing.closeAll() };
  } catch (error) {
    // Failures to close are logged; the caller needs the reason why opening failed.
    await closing.closeAll().catch(() => undefined);
    throw error;
  }
}

const ownPort: Door = {
  // Not by Fastify, which opens a second server if `localhost` has two addresses, and does not wait for its requests when
  // it stops.
  open: ({ fastify: { server } }, at) => listen(server, at),
  // Closed with the server.
  close: () => Promise.resolve(),
};

/** The folder of the console's build, if it was built. */
const consoleFolder = fileURLToPath(new URL('dist/console/', packageFolder));
