/**
 * Structured logging as a port. `fields` must never hold a secret or personal data: no body of a callback, no URL, no
 * token, no address. What is logged about input is what was wrong with it, never what it was.
 */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Drops everything. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What may be logged of an error: its kind and where it was thrown, not its message, which may quote the input. */
export function describeFault(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { fault: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    fault: error.name,
    code: (error as { code?: unknown }).code,
    at: frames.slice(0, 10).map((line) => line.trim()),
  };
}

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
