import { createServer, type Server, type Socket } from 'node:net';
import { endWithRefusal } from '../../connections/client-errors.ts';
import { listen } from '../../connections/connections.ts';
import { connectionsMax, connectionWaitMsMax, shutdownTimeoutMs } from '../../connections/limits.ts';
import { PassConnections } from '../../connections/pass-connections.ts';
import type { Refusal } from '../../connections/refusal.ts';
import { systemClock } from '../../kernel/clock.ts';
import { describeFault } from '../../kernel/logger.ts';
import { fittingConnections, readOpenFilesMax, watchOpenFiles } from '../../kernel/open-files.ts';
import { createRejectionLog } from '../rejection-log.ts';
import { startRecorder } from './recorder-process.ts';
import { Succession } from './succession.ts';
import { createSupervisorLog } from './supervisor-log.ts';

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
  const rejections = createRejectionLog(logger, systemClock);
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
