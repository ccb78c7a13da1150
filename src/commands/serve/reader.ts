import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { callbackBodyBytesMax, otherConnectionsMax, shutdownTimeoutMs } from '../../connections/limits.ts';
import { handOver } from '../../connections/pass-connections.ts';
import { systemClock } from '../../kernel/clock.ts';
import { fittingConnections, readOpenFilesMax, version, watchOpenFiles } from '../../kernel/this-process.ts';
import { connectToRecorder } from '../../recorder/parent-link.ts';
import type { Command } from '../command-line.ts';
import { createProcessLogger } from '../process-logger.ts';
import { readReloadedSettings, readSettings, type Settings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../../settings/variables.ts';
import { endOnFault, setOnReload, setOnStop, stopOnce } from './process-end.ts';
import { apiProtectionsOff } from './greeting.ts';
import { openSettingsReload } from './settings-reload.ts';

/** The reader of `live-ledger serve`, which its recorder has started: it answers what is no callback. */
export const readerCommand: Command = {
  name: 'serve',
  meaning: 'answer queries',
  flags: serviceFlags,
  async run(given) {
    try {
      await answerQueries(environmentWith(given));
    } catch (error) {
      // It does not keep the process running, once the error is printed.
      process.channel?.unref();
      throw error;
    }
    return true;
  },
};

/** Resolves once queries are answered. */
async function answerQueries(environment: Environment): Promise<void> {
  const settings = readSettings(environment);
  const logger = createProcessLogger(settings.logLevel);
  endOnFault(logger);
  setOnStop(() => process.exit(0));
  const settingsReload = openSettingsReload({
    environment,
    files: [
      'CSS_CALLBACK_KEYS_FILE',
      'CSS_CALLBACK_TOKENS_FILE',
      'API_TOKENS_FILE',
      'STANDBY_TOKENS_FILE',
      'ACCESS_FILE',
      'LOG_LEVEL_FILE',
    ],
    settings,
    read: (given) => ({ ...settings, ...readReloadedSettings(given) }),
    warnings: apiProtectionsOff,
    logger,
  });
  setOnReload(() => settingsReload.reload());
  const recorder = connectToRecorder();
  recorder.checked();
  logger.info({ version, process: 'reader', pid: process.pid }, 'starting');
  // Loaded only now, so that settings that are wrong are reported first.
  const [{ openReader }, { observeProcess }, { liveBoundsFor }, { leaseTimes }] = await Promise.all([
    import('../../node/reader.ts'),
    import('../../observing/metrics.ts'),
    import('../../api/subscriptions/live-connections.ts'),
    import('../../forwarding/lease/lease-stream.ts'),
  ]);
  // Node 24 loads modules without a turn of the event loop. This handles a signal that came meanwhile.
  await turn();
  observeProcess(version);
  const link = await recorder.mayOpen();
  const liveBounds = liveBoundsFor(liveConnectionsWithin(settings, logger));
  const reader = await openReader(
    {
      ...settings,
      liveBounds,
      leaseTimes,
      clock: systemClock,
      logger,
      onCallback: (request, _response, release) =>
        handOver({
          request,
          bodyBytesMax: callbackBodyBytesMax,
          pass(socket, text) {
            release();
            recorder.connections.add(socket, { head: text });
          },
        }),
    },
    link,
  );
  recorder.answer({
    metrics: () => reader.metrics(),
    readiness: () => reader.readiness(),
    standby: () => reader.standby(),
  });
  recorder.ready((socket, head) => reader.accept(socket, head));
  watchOpenFiles(logger);
  logger.info({ process: 'reader' }, 'answering queries');
  for (const warning of link.isFirst ? apiProtectionsOff(settings) : []) logger.warn({}, warning);
  setOnStop(stopOnce(logger, shutdownTimeoutMs, () => reader.close()));
}

/** More connections than the limit of open files allows would take the files that databases need. */
function liveConnectionsWithin({ liveConnectionsMax: wanted }: Settings, logger: Logger): number {
  const openFilesMax = readOpenFilesMax();
  const liveConnectionsMax = fittingConnections(wanted, openFilesMax, otherConnectionsMax);
  if (liveConnectionsMax < wanted) {
    logger.warn(
      { openFilesMax, liveConnectionsMax },
      'the limit of open files allows fewer connections than LIVE_CONNECTIONS_MAX: raise the limit, or lower the setting',
    );
  }
  return liveConnectionsMax;
}
