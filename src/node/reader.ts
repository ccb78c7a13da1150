import { fileURLToPath } from 'node:url';
import type { GraphqlPorts } from '../api/ports.ts';
import type { ServedLog } from '../api/http/log-routes.ts';
import { createServer } from '../api/http/server.ts';
import { measureDiskSpace } from '../kernel/disk.ts';
import type { Logger } from '../kernel/logger.ts';
import { Notifier, onEachNotification } from '../kernel/notifier.ts';
import { wantsTraces } from '../kernel/spans.ts';
import { packageFolder, Closing } from '../kernel/this-process.ts';
import { ledgerStreamName } from '../log/event-store.ts';
import { afterRestore, newEpochBegun, describeUnfinished } from '../log/ledger-events.ts';
import { openEventsWith } from '../log/sealing/key-files.ts';
import { openLogPages } from '../log/sqlite/log-pages.ts';
import { SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import { createMetrics } from '../observing/metrics.ts';
import { checkQueryReadiness } from '../observing/query-readiness.ts';
import type { RecorderLink } from '../recorder/parent-link.ts';
import { openLogAlerts, openLogForwarding } from './sending.ts';
import { carryOutErasures, createErasurePort } from './erasures.ts';
import { createCallbackSetup } from './callback-setup.ts';
import { forgetFirstUnread, isRetentionUnfinished, lockReadModels, type EventStoreChoice } from './data-dir.ts';
import { openRedaction } from './known-secrets.ts';
import { createLogPorts, openProjected, type QueryingOptions, type ReaderOptions } from './querying.ts';
import { compareWithReadModel, discardReadModels } from '../projecting/file/restored-log.ts';

/**
 * Opens what answers queries from the embedded log, which the recorder writes.
 * @throws LogUnusable, ReadModelUnusable
 */
async function openEmbeddedQuerying(options: QueryingOptions): Promise<() => GraphqlPorts> {
  const { dataDir: folder, clock, logger, closing, link } = options;
  const { log } = link;
  if (log === null) throw new Error('The recorder has no embedded log.');
  const { append } = log;
  closing.add('lock of the reader', await lockReadModels(folder));
  const reader = await openCurrentLog(folder, log, options);
  closing.add('reader of the log', () => reader.close());
  const [appended, changed] = [new Notifier(), new Notifier()];
  const stopNotifying = new AbortController();
  closing.add('notifications of the log', () => stopNotifying.abort());
  void onEachNotification(log.committed, stopNotifying.signal, () => {
    reader.notify();
    appended.notify();
  });
  const projected = await openProjected(
    { folder, keysFolder: options.personalKeysDir, store: reader, whole: Promise.resolve(), appended, changed },
    options,
  );
  const senders = new Closing(logger);
  // Both wait for answers. One after the other, they would take most of the time of a shutdown.
  closing.add('forwarding and alerts', () => senders.closeTogether());
  const forwarding = await openLogForwarding(reader, { ...options, closing: senders });
  const redaction = openRedaction(() => reader.secret, options);
  const watched = { log: reader, append, projected, forwarding, redaction };
  const alerts = await openLogAlerts(watched, { ...options, closing: senders });
  forgetFirstUnread(folder);
  const { personalKeysDir: keysFolder = null } = options;
  if (keysFolder !== null) carryOutErasures({ folder, keysFolder, append, logger, closing });
  const mayHavePosition = async (position: bigint) => position <= (await reader.endPosition());
  const current = { append, readStream: reader.readStream.bind(reader) };
  const pages = openLogPages(folder, () => reader);
  closing.add('pages of the log', () => pages.close());
  options.serveLog({ pages, appended });
  const ports: GraphqlPorts = {
    ...createLogPorts({ ...projected, current, reader, mayHavePosition }, options),
    progress: projected.models.progress,
    redaction,
    logSecret: () => reader.secret,
    health: { spooled: () => null, replicaBrokenBecause: () => null, standby: () => null },
    callbackSetup: options.callbackSetup,
    notifications: changed,
    clock,
    erasures: keysFolder === null ? null : createErasurePort({ folder, keysFolder, secret: () => reader.secret }),
    forwarding,
    alerts,
    logger,
  };
  return () => ports;
}

/**
 * Opens the log for reading. If it is an older copy than the read models beside it, an epoch begins first and the read models
 * are discarded: before anything is answered, so that no cursor of the lost timeline is ever taken.
 */
async function openCurrentLog(
  folder: string,
  { append, endPosition }: Exclude<RecorderLink['log'], null>,
  { logger, personalKeysDir }: Pick<QueryingOptions, 'logger' | 'personalKeysDir'>,
): Promise<SqliteEventReader> {
  const openEvent = openEventsWith(personalKeysDir ?? null);
  const reader = new SqliteEventReader(folder, openEvent);
  const compared = await compareWithReadModel(folder, reader, endPosition);
  if (compared.kind === 'same') return reader;
  if (!(await hasBegunEpoch(reader, endPosition))) {
    await append(ledgerStreamName, [newEpochBegun(afterRestore(reader))], 'any');
  }
  reader.close();
  discardReadModels(folder, compared, logger);
  return new SqliteEventReader(folder, openEvent);
}

/** Whether the recorder has begun an epoch when it opened the log, because its file is a copy. */
async function hasBegunEpoch(reader: SqliteEventReader, endPosition: bigint): Promise<boolean> {
  let newest = 0n;
  for await (const { position } of reader.readStream(ledgerStreamName)) newest = position;
  return newest > endPosition;
}

/** What the process that answers questions does. */
export type Reader = Awaited<ReturnType<typeof openReader>>;

/**
 * Opens everything that answers questions, feeds subscribers, forwards and alerts, on a data directory whose log is open.
 * @throws LogUnusable, ReadModelUnusable - the message says what to do; the parts that were opened are closed again
 */
export async function openReader(options: ReaderOptions, link: RecorderLink) {
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
      refused: () => link.report().refused,
    });
    let log: ServedLog | null = null;
    const serveLog = (served: ServedLog) => (log = served);
    const ports = await openQuerying(eventStore, { ...options, link, metrics, callbackSetup, closing, serveLog });
    await warnOfUnfinished(ports(), dataDir, logger);
    const server = await createServer({
      ...options,
      graphql: ports,
      log,
      metrics,
      consoleFolder: options.consoleFolder ?? consoleFolder,
    });
    closing.add('server', () => server.fastify.close());
    await server.fastify.ready();
    return {
      server,
      /** Takes a connection that another process has accepted, with the bytes that it has read from it. */
      accept: server.accept,
      /** As data, for the recorder. */
      metrics: () => metrics.families(),
      readiness: () => checkQueryReadiness(ports(), measureDiskSpace(dataDir)),
      /** How far it is behind; null if it is no standby. */
      standby() {
        const status = ports().health.standby();
        // Probes are open to everybody: they do not say where the primary is.
        return Promise.resolve(status && { ...status, primary: undefined });
      },
      /**
       * Answers open requests, then stops all threads and closes all files, even if some fail.
       * @throws AggregateError - what failed to close; each is logged by name
       */
      close: () => closing.closeAll(),
    };
  } catch (error) {
    // Failures to close are logged; the caller needs the reason why opening failed.
    await closing.closeAll().catch(() => undefined);
    throw error;
  }
}

/** A restore that is unfinished keeps the service from starting, and an erasure goes on by itself. */
async function warnOfUnfinished({ unfinishedImport }: GraphqlPorts, dataDir: string, logger: Logger): Promise<void> {
  if (isRetentionUnfinished(dataDir)) logger.warn({}, 'a run of retention did not come to its end');
  // Without a log, or one that can't be read, there are other lines.
  const unfinished = await unfinishedImport().catch(() => null);
  if (unfinished !== null) logger.warn({ eventsOfImport: unfinished.events }, describeUnfinished(unfinished));
}

/** Resolves with the ports of GraphQL, which may be others later: call it for each request. */
async function openQuerying(eventStore: EventStoreChoice, options: QueryingOptions): Promise<() => GraphqlPorts> {
  if (eventStore.kind === 'sqlite') return openEmbeddedQuerying(options);
  if (eventStore.kind === 'primary') {
    return (await import('./replica/standby-querying.ts')).openStandbyQuerying(eventStore, options);
  }
  return (await import('./eventstoredb-querying.ts')).openEventStoreDbQuerying(eventStore, options);
}

/** The folder of the console's build, if it was built. */
const consoleFolder = fileURLToPath(new URL('dist/console/', packageFolder));
