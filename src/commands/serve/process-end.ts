import type { Logger } from 'pino';
import { describeFault } from '../../kernel/logger.ts';
import type { ServiceSignal } from '../../recorder/process-messages.ts';

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
