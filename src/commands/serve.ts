import type { Logger } from 'pino';
import { setImmediate as turn } from 'node:timers/promises';
import type { App } from '../wiring/app.ts';
import { shutdownTimeoutMs } from '../connections/limits.ts';
import { fittingLiveConnections, liveBoundsFor, type LiveBounds } from '../http/subscriptions/live-bounds.ts';
import { describeFault } from '../kernel/logger.ts';
import { OperatorError } from '../kernel/errors.ts';
import { readOpenFilesMax, watchOpenFiles } from '../kernel/open-files.ts';
import { version } from '../version.ts';
import type { Command } from './command-line.ts';
import { createProcessLogger } from './process-logger.ts';
import { findPrimary } from '../primary/behind-primary.ts';
import { protectionsOff } from './protections.ts';
import { openSettingsReload } from './settings-reload.ts';
import { readSettings, type Settings } from './settings.ts';
import { setOnReload, setOnStop } from './stop-signals.ts';
import { environmentWith, serviceFlags, type Environment } from './variables.ts';

/** `live-ledger serve`: runs a node until SIGTERM or SIGINT. */
export const serveCommand: Command = {
  name: 'serve',
  meaning: 'take callbacks and answer queries until it is stopped',
  flags: serviceFlags,
  async run(given) {
    await serve(environmentWith(given));
    return true;
  },
};

/** Resolves once the service listens. Log lines go to standard output; text for people goes to standard error. */
async function serve(environment: Environment): Promise<void> {
  const settings = readSettings(environment);
  const logger = createProcessLogger(settings.logLevel);
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      logger.fatal(
        describeFault(error),
        'an error that nothing caught: the process ends; every callback that was answered is durable',
      );
      process.exit(1);
    });
  }
  setOnStop((signal) => {
    logger.info({ signal }, 'stopped before it listened');
    process.exit(0);
  });
  const settingsReload = openSettingsReload({ environment, settings, logger });
  setOnReload(() => settingsReload.reload());
  const { dataDir, eventStore, roles, trustProxy, logLevel } = settings;
  // Never the URL of EventStoreDB, which may contain a password.
  const log = eventStore.kind === 'sqlite' ? { log: 'sqlite:' } : { log: 'EventStoreDB', prefix: eventStore.prefix };
  logger.info({ version, nodeVersion: process.version, pid: process.pid, ...log, roles, dataDir }, 'starting');
  // Loaded here, so that the other commands start without a server and its packages.
  const [{ openApp }, { observeProcess }] = await Promise.all([
    import('../wiring/app.ts'),
    import('../http/metrics/process-metrics.ts'),
  ]);
  // Node 24 loads modules without a turn of the event loop. This handles a signal that came meanwhile.
  await turn();
  observeProcess(version);
  const primary = findPrimary();
  const opened = await primary?.mayOpen({ trustProxy, logLevel, takesCallbacks: roles.receive });
  const bounds = liveBoundsWithin(settings, logger);
  const app = await openApp({ ...settings, liveBounds: bounds, logger, ...(primary && { door: primary }) }).catch(
    (error: unknown) => {
      throw withAdviceOnListening(error);
    },
  );
  watchOpenFiles(logger);
  logger.info({ url: app.url }, 'listening');
  // A replacement has the same variables, so its predecessor has printed all this.
  if (opened?.isReplacement !== true) {
    process.stderr.write(greeting(app.url, settings));
    for (const warning of protectionsOff(settings)) logger.warn({}, warning);
  }
  stopOnSignals(app, logger);
}

/** More connections than the limit of open files allows would take the files that databases need. */
function liveBoundsWithin({ liveConnectionsMax: wanted, roles }: Settings, logger: Logger): LiveBounds {
  const openFilesMax = readOpenFilesMax();
  const liveConnectionsMax = fittingLiveConnections(wanted, openFilesMax);
  if (liveConnectionsMax < wanted && roles.query) {
    logger.warn(
      { openFilesMax, liveConnectionsMax },
      'the limit of open files allows fewer connections than LIVE_CONNECTIONS_MAX: raise the limit, or lower the setting',
    );
  }
  return liveBoundsFor(liveConnectionsMax);
}

const adviceOnListening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop it, or set PORT to another port.',
  EACCES: 'this user may not listen there. Set PORT to a port above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one of its own.',
  ENOTFOUND: 'no such host. Set HOST to an address of this machine.',
};

const adviceOnSocket =
  'the service makes a socket in the folder for temporary files. Set TMPDIR to one that this user may write to.';

function withAdviceOnListening(error: unknown): unknown {
  const { code = '', message, address = '' } = error as NodeJS.ErrnoException & { readonly address?: string };
  // Only the socket between the two processes of the service has a path.
  const isSocket = address.includes('/');
  const advice = isSocket ? adviceOnSocket : adviceOnListening[code];
  return advice === undefined ? error : new OperatorError(`${message}: ${advice}`, { cause: error });
}

function stopOnSignals(app: App, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      logger.warn({ signal }, 'a second signal: stopped at once; every callback that was answered is durable');
      process.exit(1);
    }
    stopping = true;
    logger.info({ signal }, 'stopping: open requests are answered first');
    setTimeout(() => {
      logger.error({ shutdownTimeoutMs }, 'stopping took too long; every callback that was answered is durable');
      process.exit(1);
    }, shutdownTimeoutMs).unref();
    app.close().then(
      () => {
        logger.info({}, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error(describeFault(error), 'stopping failed; every callback that was answered is durable');
        process.exit(1);
      },
    );
  };
  setOnStop(stop);
}

function greeting(url: string, { dataDir, eventStore, roles, spool }: Settings): string {
  const callbacks = [
    `  POST ${url}/callbacks/css           callbacks from CSS`,
    `  POST ${url}/callbacks/css/<token>   the same, authenticated by a token of CSS_CALLBACK_TOKENS`,
  ];
  const graphql = [
    `  POST ${url}/graphql                 GraphQL (also GET, and as a WebSocket)`,
    `  POST ${url}/graphql/stream          subscriptions as server-sent events (also GET)`,
    `  GET  ${url}/                        the console, for browsers`,
    `  GET  ${url}/export/<list>.csv       lists and statistics as tables (also .jsonl)`,
  ];
  const spooled = roles.receive ? `, spool ${spool === null ? 'off' : `in ${dataDir}`}` : '';
  const log =
    eventStore.kind === 'sqlite'
      ? `sqlite: in ${dataDir}`
      : `EventStoreDB, streams ${eventStore.prefix}.…${spooled}${roles.query ? `, copy in ${dataDir}` : ''}`;
  return [
    `Live Ledger listens on ${url}`,
    ...(roles.receive ? callbacks : []),
    ...(roles.query ? graphql : []),
    `  GET  ${url}/healthz, /readyz, /metrics`,
    `Log: ${log}`,
    '',
  ].join('\n');
}
