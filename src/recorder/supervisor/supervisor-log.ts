import { writeSync } from 'node:fs';
import type { Logger } from '../../kernel/logger.ts';

/** The supervisor's log, in the format of the service's, without the package that writes that. */
export interface SupervisorLog extends Logger {
  /** As set in the recorder. */
  level: string;
}

const levels: Readonly<Record<string, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

export function createSupervisorLog(): SupervisorLog {
  const write = (level: string, fields: Readonly<Record<string, unknown>>, msg: string) => {
    if ((levels[level] ?? 0) < (levels[log.level] ?? Infinity)) return;
    try {
      writeSync(1, `${JSON.stringify({ level: levels[level], time: Date.now(), ...fields, msg })}\n`);
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
