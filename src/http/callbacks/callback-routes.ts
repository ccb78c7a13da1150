import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { takeCallbacks, type CallbackRouting } from '../../recorder/callback-routes.ts';
import { namedPlugin } from '../named-plugin.ts';

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
