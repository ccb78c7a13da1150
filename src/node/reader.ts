import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { GraphqlPorts } from '../api/context.ts';
import { createMetrics } from '../observing/metrics.ts';
import { checkQueryReadiness } from '../observing/query-readiness.ts';
import { createServer, type LedgerServer } from '../api/http/server.ts';
import { Closing } from '../kernel/closing.ts';
import { measureDiskSpace } from '../kernel/disk.ts';
import { packageFolder } from '../kernel/product.ts';
import type { ReadinessCheck } from '../kernel/readiness.ts';
import { wantsTraces } from '../kernel/spans.ts';
import type { MetricFamily } from '../observing/figures.ts';
import { createCallbackSetup } from './callback-setup.ts';
import { openEmbeddedQuerying } from './embedded-querying.ts';
import type { EventStoreChoice } from './log-choice.ts';
import type { QueryingOptions, ReaderOptions } from './querying-options.ts';
import type { RecorderLink } from '../recorder/recorder-link.ts';

/** Everything that answers questions, feeds subscribers, forwards and alerts. */
export interface Reader {
  readonly server: LedgerServer;
  /** Takes a connection that another process has accepted, with the bytes that it has read from it. */
  accept(socket: Socket, head: Uint8Array): void;
  /** Its metrics, as data for the recorder. */
  metrics(): Promise<readonly MetricFamily[]>;
  readiness(): Promise<readonly ReadinessCheck[]>;
  /**
   * Answers open requests, then stops all threads and closes all files, even if some fail.
   * @throws AggregateError - what failed to close; each is logged by name
   */
  close(): Promise<void>;
}

/**
 * Opens the reader on a data directory whose log is open.
 * @throws LogUnusable, ReadModelUnusable - the message says what to do; the parts that were opened are closed again
 */
export async function openReader(options: ReaderOptions, link: RecorderLink): Promise<Reader> {
  const { roles, authenticity, clock, dataDir, eventStore, logger } = options;
  const closing = new Closing(logger);
  const metrics = createMetrics();
  try {
    if (wantsTraces(process.env)) {
      // Loaded only if it is wanted.
      const tracing = (await import('../observing/trace.ts')).startTracing(process.env, logger);
      closing.add('traces', () => tracing.close());
    }
    const callbackSetup = createCallbackSetup({
      takesCallbacks: roles.receive,
      authenticity,
      clock,
      url: () => link.url,
    });
    const ports = await openQuerying(eventStore, { ...options, link, metrics, callbackSetup, closing });
    const server = await createServer({
      ...options,
      graphql: ports,
      metrics,
      consoleFolder: options.consoleFolder ?? consoleFolder,
    });
    closing.add('server', () => server.fastify.close());
    await server.fastify.ready();
    return {
      server,
      accept: server.accept,
      metrics: () => metrics.families(),
      readiness: () => checkQueryReadiness(ports(), measureDiskSpace(dataDir)),
      close: () => closing.closeAll(),
    };
  } catch (error) {
    // Failures to close are logged; the caller needs the reason why opening failed.
    await closing.closeAll().catch(() => undefined);
    throw error;
  }
}

/** Resolves with the ports of GraphQL, which may be others later: call it for each request. */
async function openQuerying(eventStore: EventStoreChoice, options: QueryingOptions): Promise<() => GraphqlPorts> {
  if (eventStore.kind === 'sqlite') return openEmbeddedQuerying(options);
  return (await import('./eventstoredb-querying.ts')).openEventStoreDbQuerying(eventStore, options);
}

/** The folder of the console's build, if it was built. */
const consoleFolder = fileURLToPath(new URL('dist/console/', packageFolder));
