import { once } from 'node:events';
import { createServer } from 'node:net';
import { noAlerts } from '../../src/alerts/alerts-file.ts';
import { listen } from '../../src/connections/connections.ts';
import { leaseTimes } from '../../src/forwarding/lease/lease-stream.ts';
import { liveBounds } from '../../src/api/subscriptions/live-connections.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { Notifier } from '../../src/kernel/notifier.ts';
import { spoolBounds } from '../../src/log/spool/spool.ts';
import { outageMsMin } from '../../src/node/outages.ts';
import type { ReaderOptions } from '../../src/node/querying.ts';
import { statisticsMs, defaultRates } from '../../src/settings/variables.ts';
import { openReader, type Reader } from '../../src/node/reader.ts';
import { openRecorder } from '../../src/node/recorder.ts';
import type { RecorderOptions } from '../../src/node/recording.ts';

type Settings = Omit<ReaderOptions, 'onCallback'> & Omit<RecorderOptions, 'onward' | 'askReader' | 'onCommitted'>;
type Needed = 'dataDir' | 'authenticity' | 'access' | 'trustProxy' | 'logger';

/** By default: the embedded log, both roles, the bounds and the clock of the product, no forwarding and no alerts, no origins. */
export interface AppOptions extends Pick<Settings, Needed>, Partial<Omit<Settings, Needed>> {
  readonly host: string;
  readonly port: number;
}

/** The running product. */
export interface App {
  readonly url: string;
  /** Answers open requests, then closes everything, even if some of it fails. */
  close(): Promise<void>;
}

/**
 * Opens the product in this process, recorder and reader together, so that a test can give them a clock, bounds and a logger.
 * Connections come from a server of its own, and go from one to the other without a process in between; how they do in
 * production is tested with `startLedger`.
 */
export async function openApp(options: AppOptions): Promise<App> {
  const settings: Settings = {
    eventStore: { kind: 'sqlite' },
    roles: { receive: true, query: true },
    spool: spoolBounds,
    outageMsMin,
    issuer: null,
    logAccess: { tokens: [] },
    metricsAccess: { isLocal: true, tokens: [] },
    forward: { targets: [], allowed: { loopback: false, private: false } },
    alerts: noAlerts,
    leaseTimes,
    corsOrigins: [],
    rates: defaultRates,
    statisticsMsMax: statisticsMs.usual,
    liveBounds,
    clock: systemClock,
    ...options,
  };
  const committed = new Notifier();
  let reader: Reader | null = null;
  const ofReader = () => {
    if (reader === null) throw new Error('There is no reader.');
    return reader.server.fastify.server;
  };
  const recorder = await openRecorder({
    ...settings,
    onward: settings.roles.query
      ? {
          connection(socket, head) {
            ofReader().emit('connection', socket);
            socket.emit('data', head);
          },
          request: (request, response) => void ofReader().emit('request', request, response),
          upgrade: (request, socket, head) => void ofReader().emit('upgrade', request, socket, head),
        }
      : null,
    askReader: settings.roles.query ? (about) => Promise.resolve(reader?.[about]() ?? null) : null,
    onCommitted: () => committed.notify(),
  });
  const { door, recording } = recorder;
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) =>
    door.accept(socket),
  );
  const close = async () => {
    const failures: unknown[] = [];
    const closed = server.listening ? once(server, 'close') : Promise.resolve();
    server.close();
    const drained = await Promise.allSettled([door.drain(), reader?.close()]);
    failures.push(...drained.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])));
    await recorder.close().catch((error: unknown) => failures.push(error));
    await closed;
    if (failures.length > 0) throw new AggregateError(failures, 'The app failed to close.');
  };
  try {
    const link = {
      url: '',
      log: recording?.log ? { ...recording.log, committed } : null,
      report: () => ({ spooled: recording?.status.spooled() ?? null, refused: recorder.refusals() }),
    };
    if (settings.roles.query) {
      reader = await openReader(
        {
          ...settings,
          onCallback: (request, response) => void door.server.emit('request', request, response),
        },
        link,
      );
    }
    const url = await listen(server, { host: options.host, port: options.port });
    link.url = url;
    recording?.takingCallbacks();
    return { url, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
