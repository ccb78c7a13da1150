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
