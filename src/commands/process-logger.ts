import { pino, type DestinationStream, type Logger } from 'pino';
import { describeFault } from '../kernel/logger.ts';
import type { LogLevel } from '../settings/variables.ts';

/**
 * Creates the log of the process: one JSON object per line, with `level`, `time` (milliseconds since 1970; on a terminal, a date
 * and time that people read) and `msg`. Errors are
 * logged with their kind, code and stack, never their message, which may quote input. Requests and replies that libraries log
 * are left out for the same reason.
 */
export function createProcessLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const nothing = () => undefined;
  const { isoTime, epochTime } = pino.stdTimeFunctions;
  return pino(
    {
      level,
      base: null,
      timestamp: destination === undefined && process.stdout.isTTY ? isoTime : epochTime,
      serializers: { err: describeFault, req: nothing, res: nothing },
      hooks: {
        // pino would use the message of the error for a line without one.
        logMethod(args, method) {
          const [first, message] = args as unknown[];
          if (first instanceof Error)
            method.apply(this, [describeFault(first), typeof message === 'string' ? message : 'a fault']);
          else if (message === undefined && hasError(first)) method.apply(this, [first, 'a fault']);
          else method.apply(this, args);
        },
      },
    },
    destination ?? openStandardOutput(),
  );
}

function hasError(fields: unknown): fields is { err: Error } {
  return typeof fields === 'object' && fields !== null && 'err' in fields && fields.err instanceof Error;
}

function openStandardOutput(): DestinationStream {
  // Synchronous: the line that says why the process ends must be written before it does.
  const lines = pino.destination({ dest: 1, sync: true });
  // The reader may have closed the pipe. Callbacks are still taken.
  lines.on('error', () => undefined);
  return lines;
}
