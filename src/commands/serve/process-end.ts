import type { Logger } from 'pino';
import { describeFault } from '../../kernel/logger.ts';
import type { ServiceSignal, ToReader, ToRecorder } from '../../recorder/process-messages.ts';

/** Ends this process at the first error that nothing catches, with a line in the log. */
export function endOnFault(logger: Logger): void {
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      logger.fatal(
        describeFault(error),
        'an error that nothing caught: the process ends; every callback that was answered is durable',
      );
      process.exit(1);
    });
  }
}

/** Handles stop signals: the first stops this process, the second ends it at once. */
export function stopOnce(
  logger: Logger,
  withinMs: number,
  stop: (signal: ServiceSignal) => Promise<void>,
): (signal: ServiceSignal) => void {
  let isStopping = false;
  return (signal) => {
    if (isStopping) {
      logger.warn({ signal }, 'a second signal: stopped at once; every callback that was answered is durable');
      process.exit(1);
    }
    isStopping = true;
    logger.info({ signal }, 'stopping: open requests are answered first');
    exitAfter(stop(signal), withinMs, logger);
  };
}

/** Ends this process once its work is done, or has failed or taken too long. */
export function exitAfter(work: Promise<void>, withinMs: number, logger: Logger): void {
  setTimeout(() => {
    logger.error({ withinMs }, 'stopping took too long; every callback that was answered is durable');
    process.exit(1);
  }, withinMs).unref();
  work.then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error(describeFault(error), 'stopping failed; every callback that was answered is durable');
      process.exit(1);
    },
  );
}

/** Handles a signal. */
type OnSignal = (signal: ServiceSignal) => void;

let onStop: OnSignal = () => process.exit(0);
let onReload: OnSignal = () => undefined;

/**
 * From now on SIGTERM and SIGINT stop this process, even during its start, when nothing was answered yet and it ends at once.
 * Call it before anything else is loaded, because a signal that process 1 of a container does not handle is not delivered to it.
 *
 * The signals come from the supervisor, as messages. Those of the system are ignored: systemd sends its to every process, but
 * the supervisor decides which process stops, and when.
 */
export function handleSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  process.on('message', (message: ToRecorder | ToReader) => {
    if (message.kind !== 'signal') return;
    if (message.signal === 'SIGHUP') onReload(message.signal);
    else onStop(message.signal);
  });
  // Lets a process end that has nothing else to do, as after --help.
  process.channel?.unref();
}

/** Replaces the handler of stop signals. */
export function setOnStop(next: OnSignal): void {
  onStop = next;
}

/** Replaces the handler of SIGHUP. */
export function setOnReload(next: OnSignal): void {
  onReload = next;
}
