import type { FastifyInstance } from 'fastify';
import type { OnRefused } from '../../connections/client-errors.ts';
import { preflightCachedForSeconds } from '../../connections/limits.ts';
import { requestIdHeader } from '../../connections/refusal.ts';
import { refuse } from './refusal-routes.ts';
import { foreignPage, isForeignPage, type PageRules } from './admission.ts';

const paths = ['/graphql', '/graphql/stream', '/export/:file'];

/** The same, for URLs. */
const isOfPaths = /^\/(graphql(\/stream)?|export\/[^/?]*)(\?|$)/;

/** The wildcard does not include Authorization, and older browsers know no wildcard. */
const requestHeaders = 'authorization, content-type, last-event-id, apollo-require-preflight, *';

/**
 * Lets the pages of CORS_ORIGINS ask GraphQL and read its answers: answers preflights, and adds the headers for browsers.
 * Credentials are not allowed: tokens are sent in a header, and there are no cookies.
 */
export function corsRoutes(server: FastifyInstance, rules: PageRules, onRefused: OnRefused): void {
  server.addHook('onRequest', ({ url, headers: { origin } }, reply, next) => {
    if (!isOfPaths.test(url)) {
      next();
      return;
    }
    void reply.header('vary', 'Origin, Sec-Fetch-Site');
    if (origin !== undefined && rules.corsOrigins.includes(origin)) {
      void reply.header('access-control-allow-origin', origin);
      void reply.header('access-control-expose-headers', `${requestIdHeader}, retry-after, www-authenticate`);
    }
    next();
  });
  for (const url of paths) {
    server.options(url, (request, reply) => {
      if (isForeignPage(request.raw, rules)) {
        onRefused(foreignPage, request.id);
        return refuse(reply, request, foreignPage);
      }
      return reply
        .code(204)
        .headers({
          allow: 'GET, HEAD, OPTIONS, POST',
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': requestHeaders,
          'access-control-max-age': preflightCachedForSeconds,
        })
        .send();
    });
  }
}
