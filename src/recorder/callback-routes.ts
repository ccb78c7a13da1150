import type { RequestListener } from 'node:http';
import type { RequestReading } from '../connections/request-reading.ts';
import type { CallbackExchange } from './callback-handler.ts';

type HandleCallback = (exchange: CallbackExchange) => void;

/** How the requests of callbacks are read, handled and logged. */
export interface CallbackRouting {
  readonly reading: RequestReading;
  readonly handle: HandleCallback;
  readonly logger: DebugLogger;
}

interface DebugLogger {
  readonly level: string;
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A URL that needs no decoding; a longer token is refused. */
const plainUrl = /^\/callbacks\/css(?:\/([\w.~-]{1,256}))?(?:\?|$)/;

/** Handles callbacks, and leaves everything else, refusals included, to another listener. */
export function takeCallbacks(
  { reading, handle, logger }: CallbackRouting,
  otherwise: RequestListener,
): RequestListener {
  return (request, response) => {
    const { method, url = '', headers, httpVersion } = request;
    // Only HTTP/1.1 requires a Host; the other listener refuses a request without one.
    const hasHost = headers.host !== undefined || httpVersion === '1.0';
    const match = method === 'POST' && hasHost ? plainUrl.exec(url) : null;
    if (match === null) {
      otherwise(request, response);
      return;
    }
    const [, token = null] = match;
    const requestId = reading.idOf(request);
    if (logger.level === 'debug') {
      const begunMs = performance.now();
      const route = token === null ? '/callbacks/css' : '/callbacks/css/:token';
      response.once('close', () => {
        const { statusCode: status } = response;
        logger.debug({ requestId, method, route, status, durationMs: performance.now() - begunMs }, 'answered');
      });
    }
    handle({ request, response, token, requestId, remoteAddress: reading.addressOf(request) });
  };
}
