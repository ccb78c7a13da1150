/**
 * Structured logging as a port. `fields` must never hold a secret or personal data: no body of a callback, no URL, no
 * token, no address. What is logged about input is what was wrong with it, never what it was.
 */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
