import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import {
  callbackBodyBytesMax,
  connectionsMax,
  graphqlBodyBytesMax,
  shutdownTimeoutMs,
} from '../../connections/limits.ts';
import type { OnRefused } from '../../connections/refusals.ts';
import { handOver, handOverUpgrade } from '../../connections/pass-connections.ts';
import { systemClock, within } from '../../kernel/clock.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { build, fittingConnections, readOpenFilesMax, version, watchOpenFiles } from '../../kernel/this-process.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import type { Onward } from '../../recorder/door.ts';
import type { ServiceSignal } from '../../recorder/process-messages.ts';
import { ReaderProcess } from '../../recorder/reader-process.ts';
import { connectToSupervisor, type SupervisorLink } from '../../recorder/parent-link.ts';
import { outageMsMin } from '../../node/outages.ts';
import { openRecorder, type Recorder } from '../../node/recorder.ts';
import { noteService } from '../../node/data-dir.ts';
import { isPromotionRequested, watchPromotion, promoteOnceFree } from '../../node/standby.ts';
import type { Command } from '../command-line.ts';
import { createProcessLogger } from '../process-logger.ts';
import {
  readReceivingSettings,
  readReloadedReceivingSettings,
  type ReceivingSettings,
} from '../../settings/receiving-settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../../settings/variables.ts';
import { callbackProtectionsOff, greeting } from './greeting.ts';
import { endOnFault, exitAfter, setOnReload, setOnStop, stopOnce } from './process-end.ts';
import { openSettingsReload } from './settings-reload.ts';

/** `live-ledger serve`: runs a node until SIGTERM or SIGINT. This is its recorder, which its supervisor has started. */
export const recorderCommand: Command = {
  name: 'serve',
  meaning: 'take callbacks and answer queries until it is stopped',
  flags: serviceFlags,
  async run(given) {
    const started: Started = { reader: null, isFirstStart: true };
    try {
      await promoteIfRequested(environmentWith(given));
      await record(environmentWith(given), started);
    } catch (error) {
      // Neither keeps the process running, once the error is printed.
      started.reader?.kill();
      process.channel?.unref();
      throw error;
    }
    return true;
  },
};

/** Milliseconds between two looks at the spool and at what was refused, whose changes are reported to the reader, which shows them. */
const reportEveryMs = 100;

/** Milliseconds that a first start waits for the reader to read its settings, a fraction of a second of work. Then callbacks are taken without it. */
const checkedWithinMs = 5_000;

/** What a start has begun. */
interface Started {
  reader: ReaderProcess | null;
  /** No recorder of this service has taken callbacks before. */
  isFirstStart: boolean;
}

/** The standby before has ended for this: `live-ledger promote` asked for it. */
async function promoteIfRequested(environment: Environment): Promise<void> {
  const { dataDir, eventStore } = await readOwnSettings(environment);
  if (eventStore.kind === 'primary' && isPromotionRequested(dataDir)) await promoteOnceFree(dataDir, systemClock());
}

/** Resolves once callbacks are taken. Log lines go to standard output; text for people goes to standard error. */
async function record(environment: Environment, started: Started): Promise<void> {
  const settings = await readOwnSettings(environment);
  const { dataDir, roles, eventStore, logLevel } = settings;
  const logger = createProcessLogger(logLevel);
  endOnFault(logger);
  let leaveNow: () => void = () => undefined;
  const supervisor = connectToSupervisor({
    onLeave: () => leaveNow(),
    onEnded() {
      // The port is gone, and with it all connections. SIGKILL releases DATA_DIR at once for the next start.
      started.reader?.kill();
      process.kill(process.pid, 'SIGKILL');
    },
  });
  handleEarlySignals({ environment, settings, started, logger });
  // Never the URL of EventStoreDB, which may contain a password.
  const log =
    eventStore.kind !== 'eventstoredb'
      ? { log: 'sqlite:', isStandby: eventStore.kind === 'primary' }
      : { log: 'EventStoreDB', prefix: eventStore.prefix };
  logger.info(
    { version, build, nodeVersion: process.version, process: 'recorder', pid: process.pid, ...log, roles, dataDir },
    'starting',
  );
  const passedBack: PassedBack = { accept: (socket) => socket.destroy(), onRefused: () => undefined };
  started.reader = roles.query ? startReader(started, passedBack, logger) : null;
  const { reader } = started;
  void (reader?.loaded ?? Promise.resolve()).then(() => supervisor.readerLoaded());

  const { isReplacement } = await supervisor.mayOpen(logLevel);
  started.isFirstStart = !isReplacement;
  // Before a log begins and the port is open: settings of the reader that are wrong end the start.
  if (!isReplacement && reader !== null) await within(reader.checked, { ms: checkedWithinMs, late: undefined });
  const recorder = await openRecorder({
    ...settings,
    outageMsMin,
    connectionsMax: fittingConnections(connectionsMax, readOpenFilesMax()),
    clock: systemClock,
    logger,
    onward: reader && onwardTo(reader),
    askReader: reader && ((about) => reader.ask(about)),
    onCommitted: () => reader?.committed(),
  });
  const url = await takeCallbacks(recorder, supervisor, settings);
  passedBack.accept = (socket, head) => recorder.door.acceptAgain(socket, head);
  passedBack.onRefused = recorder.onRefused;
  openLogFor(reader, recorder, { url, isFirst: !isReplacement });
  watchOpenFiles(logger);
  const service = noteService(settings);
  logger.info({ url, process: 'recorder' }, 'listening');
  // A replacement has the same variables, so its predecessor has printed all this.
  if (!isReplacement) {
    process.stderr.write(greeting(url, settings));
    for (const warning of roles.receive ? callbackProtectionsOff(settings) : []) logger.warn({}, warning);
  }
  if (eventStore.kind === 'primary') {
    watchPromotion(dataDir, () => {
      logger.warn({}, 'this standby ends, and is started again as a primary: it was promoted');
      const stopped = stop({ recorder, reader, signal: 'SIGTERM', logger }).then(() => service.remove());
      exitAfter(stopped, shutdownTimeoutMs, logger);
    });
  }
  setOnStop(
    stopOnce(logger, 2 * shutdownTimeoutMs, async (signal) => {
      await stop({ recorder, reader, signal, logger });
      service.remove();
    }),
  );
  leaveNow = () => {
    logger.info({ process: 'recorder' }, 'leaving: the next process opens DATA_DIR');
    exitAfter(leave({ recorder, reader, supervisor, passedBack }), 2 * shutdownTimeoutMs, logger);
  };
}

/** What becomes of connections that the reader passes back, and of those that it never gets. */
interface PassedBack {
  accept: (socket: Socket, head: Uint8Array) => void;
  onRefused: OnRefused;
}

function startReader(started: Started, passedBack: PassedBack, logger: Logger): ReaderProcess {
  return new ReaderProcess({
    onConnection: (socket, head) => passedBack.accept(socket, head),
    // Later, the recorder goes on, and the reader is tried again.
    onSettingsWrong: (status) => (started.isFirstStart ? process.exit(status) : undefined),
    onRefused: (refusal, requestId) => passedBack.onRefused(refusal, requestId),
    // The supervisor may be of any version, and knows this signal.
    onOtherBuild: () => process.kill(process.ppid, 'SIGUSR2'),
    logger,
  });
}

/** Signals that come before callbacks are taken, and those that read the settings again. */
function handleEarlySignals({
  environment,
  settings,
  started,
  logger,
}: {
  readonly environment: Environment;
  readonly settings: ReceivingSettings;
  readonly started: Started;
  readonly logger: Logger;
}): void {
  setOnStop((signal) => {
    logger.info({ signal }, 'stopped before it listened');
    started.reader?.kill();
    process.exit(0);
  });
  const settingsReload = openSettingsReload({
    environment,
    files: ['CSS_CALLBACK_KEYS_FILE', 'CSS_CALLBACK_TOKENS_FILE', 'METRICS_TOKENS_FILE', 'LOG_LEVEL_FILE'],
    settings,
    read: (given) => ({ ...settings, ...readReloadedReceivingSettings(given) }),
    warnings: callbackProtectionsOff,
    logger,
  });
  setOnReload((signal) => {
    settingsReload.reload();
    started.reader?.signal(signal);
  });
}

/** Resolves with the URL, once connections come. */
async function takeCallbacks(
  recorder: Recorder,
  supervisor: SupervisorLink,
  settings: ReceivingSettings,
): Promise<string> {
  try {
    const url = await supervisor.listen(settings);
    recorder.recording?.takingCallbacks();
    supervisor.ready((socket, isKept) => recorder.door.accept(socket, isKept));
    return url;
  } catch (error) {
    await recorder.close();
    throw withAdviceOnListening(error);
  }
}

/** Lets the reader read the log and append to it; with EventStoreDB it has a connection of its own. */
function openLogFor(
  reader: ReaderProcess | null,
  { recording, refusals }: Recorder,
  given: { readonly url: string; readonly isFirst: boolean },
): void {
  const { append = null, ...log } = recording?.log ?? {};
  if (recording !== null && reader !== null) {
    const report = () => reader.report({ spooled: recording.status.spooled(), refused: refusals() });
    report();
    setInterval(report, reportEveryMs).unref();
  }
  reader?.open({ ...given, log: 'endPosition' in log ? log : null, append });
}

/** If something is wrong with them, reports all that is wrong, also with what only the reader uses. */
async function readOwnSettings(environment: Environment): Promise<ReceivingSettings> {
  try {
    return readReceivingSettings(environment);
  } catch (error) {
    if (error instanceof SettingsInvalid) (await import('../../settings/settings.ts')).readSettings(environment);
    throw error;
  }
}

/** Passes on what the reader answers. Nothing waits here for it. */
function onwardTo(reader: ReaderProcess): Onward {
  const pass = (socket: Socket, head: Uint8Array) => reader.connections.add(socket, { head });
  return {
    connection: pass,
    request: (request, _response, release) =>
      handOver({
        request,
        bodyBytesMax: Math.max(graphqlBodyBytesMax, callbackBodyBytesMax),
        pass(socket, text) {
          release();
          pass(socket, text);
        },
      }),
    upgrade: (request, socket, head) => handOverUpgrade({ request, pass }, socket, head),
  };
}

interface Ending {
  readonly recorder: Recorder;
  readonly reader: ReaderProcess | null;
}

/** Answers what was taken, then closes the log: the reader may append until it ends. */
async function stop({
  recorder,
  reader,
  signal,
  logger,
}: Ending & { readonly signal: ServiceSignal; readonly logger: Logger }): Promise<void> {
  reader?.connections.refuseAll();
  await Promise.all([recorder.door.drain(), reader?.stop(signal)]);
  await recorder.close();
  logger.info({ process: 'recorder' }, 'stopped');
}

/** Passes idle connections back, closes the log for the next recorder, and waits until the reader has answered what it has. */
async function leave({
  recorder,
  reader,
  supervisor,
  passedBack,
}: Ending & { readonly supervisor: SupervisorLink; readonly passedBack: PassedBack }): Promise<void> {
  const giveBack = (socket: Socket, isKept: boolean) => supervisor.passBack.add(socket, isKept ? { isKept } : {});
  supervisor.leave();
  passedBack.accept = (socket) => socket.destroy();
  const readerEnded = reader?.stop('SIGTERM');
  await recorder.door.drain(giveBack);
  await recorder.close();
  supervisor.released();
  await readerEnded;
  await supervisor.passBack.emptied();
}

const adviceOnListening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. Stop it, or set PORT to another port.',
  EACCES: 'this user may not listen there. Set PORT to a port above 1023.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one of its own.',
  ENOTFOUND: 'no such host. Set HOST to an address of this machine.',
};

function withAdviceOnListening(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const advice = adviceOnListening[code];
  return advice === undefined ? error : new OperatorError(`${message}: ${advice}`, { cause: error });
}
