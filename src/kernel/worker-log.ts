import type { Logger } from './logger.ts';

/** A line that a worker sends to the thread that writes the log of the process. */
export interface WorkerLogLine {
  readonly kind: 'log';
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** The logger of a worker: it sends each line. */
export function createSendingLogger(send: (line: WorkerLogLine) => void): Logger {
  const sendAs =
    (level: keyof Logger): Logger['info'] =>
    (fields, message) =>
      send({ kind: 'log', level, fields, message });
  return { info: sendAs('info'), warn: sendAs('warn'), error: sendAs('error') };
}

/** Writes a line that a worker has sent. */
export function writeLogLine(logger: Logger, { level, fields, message }: WorkerLogLine): void {
  logger[level](fields, message);
}
