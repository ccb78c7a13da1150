/**
 * Structured logging as a port. `fields` must never contain secrets or personal data: no body of a callback, no URL, no
 * token, no address. About input, log what was wrong with it, never what it was.
 */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Drops everything. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The loggable part of an error: its kind and where it was thrown, but not its message, which may quote the input. */
export function describeFault(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { fault: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    fault: error.name,
    code: (error as { code?: unknown }).code,
    at: frames.slice(0, 10).map((line) => line.trim()),
  };
}

/** A log line that a worker sends to the thread that writes the process's log. */
export interface WorkerLogLine {
  readonly kind: 'log';
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A worker's logger: it sends each line. */
export function createSendingLogger(send: (line: WorkerLogLine) => void): Logger {
  const sendAs =
    (level: keyof Logger): Logger['info'] =>
    (fields, message) =>
      send({ kind: 'log', level, fields, message });
  return { info: sendAs('info'), warn: sendAs('warn'), error: sendAs('error') };
}

/** Writes a line sent by a worker. */
export function writeLogLine(logger: Logger, { level, fields, message }: WorkerLogLine): void {
  logger[level](fields, message);
}
