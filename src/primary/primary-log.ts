import { writeSync } from 'node:fs';
import type { Logger } from '../kernel/logger.ts';

/** The log lines of the primary, in the form of the service's own. */
export interface PrimaryLog extends Logger {
  /** As the serving process is set. */
  level: string;
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const levels: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

export function createPrimaryLog(): PrimaryLog {
  const log: PrimaryLog = {
    // Until a serving process has said its level.
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
      // The reader may have closed the pipe; callbacks are taken all the same.
    }
  };
  return log;
}
