import { pino, type DestinationStream, type Logger } from 'pino';
import { describeFault } from '../kernel/logger.ts';
import type { LogLevel } from './settings.ts';

/**
 * The log lines of the process: one JSON object a line, with `level`, `time` (milliseconds since 1970) and `msg`. Errors
 * that libraries log are told without their messages, which may quote input; so are the requests and replies they name.
 */
export function createProcessLogger(level: LogLevel, destination: DestinationStream = openStandardOutput()): Logger {
  const nothing = () => undefined;
  return pino(
    {
      level,
      base: null,
      serializers: { err: describeFault, req: nothing, res: nothing },
      hooks: {
        // An error without a message of the line would lend it its own.
        logMethod(args, method) {
          const [first, message] = args as unknown[];
          if (first instanceof Error)
            method.apply(this, [describeFault(first), typeof message === 'string' ? message : 'a fault']);
          else if (message === undefined && holdsError(first)) method.apply(this, [first, 'a fault']);
          else method.apply(this, args);
        },
      },
    },
    destination,
  );
}

function holdsError(fields: unknown): fields is { err: Error } {
  return typeof fields === 'object' && fields !== null && 'err' in fields && fields.err instanceof Error;
}

function openStandardOutput(): DestinationStream {
  // Synchronous: the line that says why the process ended must not end with it.
  const lines = pino.destination({ dest: 1, sync: true });
  // Whoever reads the lines may be gone; callbacks are taken all the same.
  lines.on('error', () => undefined);
  return lines;
}
