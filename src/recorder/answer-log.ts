import type { IncomingMessage, ServerResponse } from 'node:http';

/** A logger that can say whether anyone wants its debug lines. */
export interface DebugLogger {
  readonly level: string;
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Logs the answer of a request once it is sent, at the level debug. `route` is its pattern: a URL may have a token. */
export function logAnswer(
  logger: DebugLogger,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { route, requestId }: { readonly route: string; readonly requestId: string },
): void {
  if (logger.level !== 'debug') return;
  const begunMs = performance.now();
  response.once('close', () => {
    const { statusCode: status } = response;
    const durationMs = performance.now() - begunMs;
    logger.debug({ requestId, method: request.method, route, status, durationMs }, 'answered');
  });
}
