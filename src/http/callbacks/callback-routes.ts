import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { RequestReading } from '../connections/request-reading.ts';
import { namedPlugin } from '../named-plugin.ts';
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

/**
 * Serves callbacks at `POST /callbacks/css` and `POST /callbacks/css/:token`. Fastify routes only those whose URL has to be
 * decoded; all others are taken before.
 */
export function callbackRoutes(server: FastifyInstance, routing: CallbackRouting): void {
  const [routeOthers] = server.server.listeners('request') as RequestListener[];
  if (routeOthers === undefined) throw new Error('The server has no listener of Fastify.');
  server.server.off('request', routeOthers);
  server.server.prependListener('request', takeCallbacks(routing, routeOthers));

  const plugin = namedPlugin('callbacks', (scope, _options, done) => {
    scope.addHook('onRequest', (request, reply) => {
      const { token = null } = request.params as { token?: string };
      reply.hijack();
      routing.handle({
        request: request.raw,
        response: reply.raw,
        token,
        requestId: request.id,
        remoteAddress: request.ip,
      });
    });
    for (const url of ['/callbacks/css', '/callbacks/css/:token']) scope.post(url, () => undefined);
    done();
  });
  void server.register(plugin);
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
