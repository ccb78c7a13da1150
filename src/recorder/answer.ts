import type { IncomingMessage, ServerResponse } from 'node:http';
import { discardRest, isArriving } from '../connections/refusal.ts';

/** An answer of the recorder, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

/**
 * Sends an answer, unless there is one already or the connection is broken. The connection ends with it if `isLast`, or if a
 * body is still arriving: then once the rest of that has been read, so that the sender sees the answer.
 */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, isLast }: Answer & { readonly isLast: boolean },
): void {
  if (response.destroyed || response.headersSent) return;
  const rest = isArriving(request) ? discardRest(request) : null;
  response.writeHead(status, isLast || rest !== null ? { ...headers, connection: 'close' } : headers);
  if (rest === null) {
    response.end(body);
    return;
  }
  response.write(body);
  void rest.then(() => response.end());
}

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
