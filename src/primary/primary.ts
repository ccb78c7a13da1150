import { describeFault, type Logger } from '../kernel/logger.ts';
import { watchOpenFiles } from '../kernel/open-files.ts';
import type { OnRefused } from '../connections/client-errors.ts';
import { readRequests } from '../connections/request-reading.ts';
import { shutdownTimeoutMs } from '../connections/limits.ts';
import { encodeCallback } from './frames.ts';
import { createFront } from './front-server.ts';
import { keepCallbacks } from './kept-callbacks.ts';
import { createPassOn } from './pass-on.ts';
import { startServing, type ServingProcess } from './serving-process.ts';
import { Succession } from './succession.ts';
import { holdConnections } from './waiting-connections.ts';
import { writeSync } from 'node:fs';

/** Milliseconds in which all processes must end, one after the other: each takes less than half. */
const stopMsMax = 2 * shutdownTimeoutMs + 5_000;

/** Milliseconds between two reports of the number of connections, for the metric. */
const connectionsSaidEveryMs = 1_000;

/**
 * Listens on the port and starts the serving process. It replaces that process on SIGUSR2, and when it ends by itself; what
 * arrives meanwhile waits. The primary stores nothing and reads no settings: the less it does, the less can go wrong.
 */
export function runPrimary(): void {
  const logger = createPrimaryLog();
  let reading = readRequests([]);
  let takesCallbacks = true;
  let url: string | null = null;
  let callbacksTo: ServingProcess | null = null;
  let connectionsTo: ServingProcess | null = null;

  const onRefused: OnRefused = ({ status, error }, requestId) => {
    connectionsTo?.send({ kind: 'refused', status, error, requestId });
  };
  const kept = keepCallbacks((callback) => callbacksTo?.link.send(encodeCallback(callback)));
  const waiting = holdConnections(onRefused);
  const front = createFront({
    intake: { take: kept.take, noteRefused: ({ code }) => callbacksTo?.send({ kind: 'callbackRefused', code }) },
    routing: {
      reading: { idOf: (request) => reading.idOf(request), addressOf: (request) => reading.addressOf(request) },
      logger,
    },
    handOver: (socket, head) => waiting.add(socket, head),
    takesCallbacks: () => takesCallbacks,
    passOn: createPassOn(async () => {
      await waiting.served();
      return connectionsTo?.passOnPath ?? '';
    }),
    onRefused,
  });

  watchOpenFiles(logger);
  setInterval(() => connectionsTo?.send({ kind: 'connections', open: front.open() }), connectionsSaidEveryMs).unref();
  const succession = new Succession({
    startServing,
    logger,
    onOutcome: ({ number, refusal }) => kept.settle(number, refusal),
    callbacksTo(serving) {
      callbacksTo = serving;
      if (serving !== null) kept.sendAgain();
    },
    connectionsTo(serving) {
      connectionsTo = serving;
      waiting.setHandOver(
        serving && ((socket, head) => serving.send({ kind: 'connection', head: head.toString('latin1') }, socket)),
      );
    },
    onLoaded(settings) {
      reading = readRequests(settings.trustProxy);
      logger.level = settings.logLevel;
      takesCallbacks = settings.takesCallbacks;
    },
    listen: async (host, port) => (url ??= await front.listen(host, port)),
    async drain() {
      setTimeout(() => process.exit(1), stopMsMax).unref();
      await front.drain();
      waiting.refuseAll();
    },
    onEnded: (status) => process.exit(status),
  });
  process.on('uncaughtException', (error) => {
    logger.error(describeFault(error), 'an error that nothing caught in the primary process: the service ends');
    process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => succession.stop(signal));
  process.on('SIGHUP', () => succession.reload());
  process.on('SIGUSR2', () => succession.replace());
  succession.start();
}

/** The primary's log, in the format of the service's. */
interface PrimaryLog extends Logger {
  /** As set in the serving process. */
  level: string;
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const levels: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

function createPrimaryLog(): PrimaryLog {
  const log: PrimaryLog = {
    // Until a serving process reports its level.
    level: 'warn',
    debug: (fields, message) => write('debug', fields, message),
    info: (fields, message) => write('info', fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
  };
  const write = (level: string, fields: Readonly<Record<string, unknown>>, msg: string) => {
    if ((levels[level] ?? 0) < (levels[log.level] ?? Infinity)) return;
    try {
      writeSync(1, `${JSON.stringify({ level: levels[level], time: Date.now(), ...fields, msg })}\n`);
    } catch {
      // The reader may have closed the pipe; callbacks are taken anyway.
    }
  };
  return log;
}
