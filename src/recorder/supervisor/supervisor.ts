import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { endWithRefusal, type Refusal } from '../../connections/refusals.ts';
import { listen } from '../../connections/connections.ts';
import { connectionsMax, connectionWaitMsMax, shutdownTimeoutMs } from '../../connections/limits.ts';
import { closeUnacknowledged, PassConnections } from '../../connections/pass-connections.ts';
import { systemClock } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { fittingConnections, readOpenFilesMax, watchOpenFiles } from '../../kernel/this-process.ts';
import { partVariable, type ToRecorder, type ToSupervisor } from '../process-messages.ts';
import { RejectionLog } from '../rejection-log.ts';
import { Succession, type RecorderEvents, type RecorderProcess } from './succession.ts';

interface StartRecorder extends RecorderEvents {
  /** The recorder passes a connection back, because it leaves. */
  readonly onConnection: (socket: Socket, isKept: boolean) => void;
}

/** Starts this program again as a recorder: what is installed now, perhaps a newer build. */
export function startRecorder({ onMessage, onExit, onConnection }: StartRecorder): RecorderProcess {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environmentOfRecorder(),
    // A group of its own, with its reader: a terminal's signals reach the supervisor alone, and both can be ended at once.
    detached: true,
  });
  const recorder: RecorderProcess = {
    pid: child.pid,
    send: (message: ToRecorder) => {
      if (child.connected) child.send(message, () => undefined);
    },
    sendConnection: (message, socket, options, sent) => child.connected && child.send(message, socket, options, sent),
  };
  child.on('message', (message: ToSupervisor, socket) => {
    if (message.kind !== 'connection') onMessage(message, recorder);
    else if (socket !== undefined) onConnection(socket as Socket, message.isKept === true);
  });
  child.on('error', () => undefined);
  child.once('exit', (status) => {
    endGroup(child.pid);
    closeUnacknowledged(child);
    onExit(status, recorder);
  });
  return recorder;
}

/** Without the socket of systemd, which the supervisor alone has. */
function environmentOfRecorder(): NodeJS.ProcessEnv {
  const { LISTEN_FDS: _fds, LISTEN_PID: _pid, LISTEN_FDNAMES: _names, ...environment } = process.env;
  return { ...environment, [partVariable]: 'recorder' };
}

/** Ends a reader whose recorder was killed, even if its main thread is busy: the next reader needs the read models. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}

/** The supervisor's log, in the format of the service's, without the package that writes that. */
interface SupervisorLog extends Logger {
  /** As set in the recorder. */
  level: string;
}

const levels: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

function createSupervisorLog(): SupervisorLog {
  const write = (level: string, fields: Readonly<Record<string, unknown>>, msg: string) => {
    if ((levels[level] ?? 0) < (levels[log.level] ?? Infinity)) return;
    try {
      const time = process.stdout.isTTY ? new Date().toISOString() : Date.now();
      writeSync(1, `${JSON.stringify({ level: levels[level], time, ...fields, msg })}\n`);
    } catch {
      // The reader of the pipe may have closed it; connections are passed on anyway.
    }
  };
  const log: SupervisorLog = {
    // Until a recorder reports its level.
    level: 'warn',
    info: (fields, message) => write('info', fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
  };
  return log;
}

/** Milliseconds in which all processes must end: the reader, then the recorder, each in less than half. */
const stopMsMax = 2 * shutdownTimeoutMs + 5_000;

/** The first socket that systemd passes on (sd_listen_fds(3)). */
const firstPassedDescriptor = 3;

/**
 * Listens on the port, and passes each connection on to the recorder, unread. It starts the recorder again when it ends;
 * connections wait meanwhile. It stores nothing, reads no request and no setting: the less it does, the less can go wrong.
 */
export function runSupervisor(): void {
  const logger = createSupervisorLog();
  const rejections = new RejectionLog(logger, systemClock);
  const connections = new PassConnections({
    waitingMax: fittingConnections(connectionsMax, readOpenFilesMax()),
    waitMsMax: connectionWaitMsMax,
    refuse: (socket) => {
      rejections.note({ outcome: 'REFUSED', kind: starting.error, fields: { reason: 'no recorder has started' } });
      endWithRefusal(socket, starting, () => undefined);
    },
  });
  const accept = (socket: Socket, isKept = false) => {
    // An error without a listener would end the process.
    socket.on('error', () => undefined);
    connections.add(socket, isKept ? { isKept } : {});
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => accept(socket));
  let url: string | null = null;

  watchOpenFiles(logger);
  const succession = new Succession({
    startRecorder: (events) => startRecorder({ ...events, onConnection: accept }),
    logger,
    connectionsTo: (recorder) => connections.passTo(recorder?.sendConnection ?? null),
    onLoaded: ({ logLevel }) => {
      logger.level = logLevel;
    },
    listen: async (host, port) => (url ??= await listenAt(server, host, port)),
    closePort() {
      setTimeout(() => process.exit(1), stopMsMax).unref();
      server.close();
    },
    onEnded(status) {
      connections.refuseAll();
      // The refusals are sent at once, or never.
      setImmediate(() => process.exit(status));
    },
  });
  process.on('uncaughtException', (error) => {
    logger.error(describeFault(error), 'an error that nothing caught in the supervisor: the service ends');
    process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => succession.stop(signal));
  process.on('SIGHUP', () => succession.reload());
  process.on('SIGUSR2', () => succession.replace());
  succession.start();
}

/** Listens on the socket that systemd has opened, if there is one, so that the port stays open even while no service runs. */
function listenAt(server: Server, host: string, port: number): Promise<string> {
  const { LISTEN_PID: pid, LISTEN_FDS: sockets } = process.env;
  const isPassed = Number(sockets) >= 1 && (pid === undefined || Number(pid) === process.pid);
  return listen(server, isPassed ? { fd: firstPassedDescriptor } : { host, port });
}

/** The refusal of connections that waited in vain for a recorder. */
const starting: Refusal = {
  status: 503,
  error: 'STORE_UNAVAILABLE',
  message: 'The service is being started. Nothing was stored; send the request again.',
};
