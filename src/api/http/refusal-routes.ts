import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { preflightCachedForSeconds } from '../../connections/limits.ts';
import {
  discardRest,
  formRefusal,
  isArriving,
  methodNotAllowed,
  noHost,
  requestIdHeader,
  retryAfterOf,
  type OnRefused,
  type Refusal,
} from '../../connections/refusals.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';
import { foreignPage, isForeignPage, type PageRules } from '../../connections/request-reading.ts';

/** Answers with a refusal, and with Retry-After if the same request may succeed later. */
export function refuse(reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal): FastifyReply {
  const { status, headers, body } = formRefusal(refusal, id);
  challenge(reply, status);
  return reply.code(status).headers(headers).send(body);
}

/** The same for routes that answer neither callbacks nor GraphQL, whose refusals are counted. */
export function refusingWith(onRefused: OnRefused): typeof refuse {
  return (reply, request, refusal) => {
    onRefused(refusal, request.id);
    return refuse(reply, request, refusal);
  };
}

/** Adds what a refusal must say: by which scheme to authenticate (RFC 9110, 11.6.1), or when to send again. */
export function challenge(reply: FastifyReply, status: number, retryAfterSeconds?: unknown): void {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503) void reply.header('retry-after', retryAfterSeconds ?? retryAfterOf(status));
}

/** The HTTP status of an error outside a GraphQL answer, if it is not 400. */
export const statusOfCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  ISSUER_UNAVAILABLE: 503,
  TOO_MANY_WRONG_TOKENS: 429,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  QUERIES_OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  TOO_MANY_SUBSCRIPTIONS: 503,
};

/** Refuses requests that no route takes, and answers errors of routes. Call it before the first route is registered. */
export function refusalRoutes(server: FastifyInstance, onRefused: OnRefused): void {
  const answer = refusingWith(onRefused);
  const methodsOf = watchRouteMethods(server);

  // As soon as the head has arrived, so that a body that no route takes is not read.
  server.addHook('onRequest', (request, reply, next) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      void reply.header('connection', 'close');
      void answer(reply, request, noHost);
    } else if (!request.is404) {
      next();
    } else {
      const methods = methodsOf(request.url.replace(/\?.*$/s, ''));
      if (methods.length > 0) void reply.header('allow', methods.join(', '));
      void answer(reply, request, methods.length > 0 ? methodNotAllowed : notFound);
    }
  });
  // For a route that finds nothing to send, such as a file that was removed since the start.
  server.setNotFoundHandler((request, reply) => answer(reply, request, notFound));
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return answer(reply, request, { ...unreadable, status });
    request.log.error(describeFault(error), 'a request failed');
    return answer(reply, request, fault);
  });
}

const notFound: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'There is no such route. Callbacks go to POST /callbacks/css, GraphQL to POST /graphql.',
};

const unreadable = { error: 'REQUEST_INVALID', message: 'The request is incomplete, or not valid HTTP.' } as const;

/** The refusal of a URL that the router can't read; the status says why. */
export const urlRefusal = {
  error: 'REQUEST_INVALID',
  message: 'The path of the URL is too long, or its percent-encoding is not valid.',
} as const;

const fault: Refusal = {
  status: 500,
  error: 'INTERNAL',
  message: 'A fault of this server. Report it with the request id.',
};

/** Returns the methods that serve a path, of the routes that are registered from now on. */
function watchRouteMethods(server: FastifyInstance): (path: string) => readonly string[] {
  const routes = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });
  return (path) => [...routes].flatMap(([url, methods]) => (matches(url, path) ? [...methods].sort() : []));
}

function matches(url: string, path: string): boolean {
  const [pattern, segments] = [url.split('/'), path.split('/')];
  const isWildcard = pattern.at(-1) === '*';
  if (isWildcard ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, at) => part === '*' || part.startsWith(':') || part === segments[at]);
}

/** The routes that pages may use, with their methods. */
const methodsOfPaths = {
  '/graphql': 'GET, HEAD, OPTIONS, POST',
  '/graphql/stream': 'GET, OPTIONS, POST',
  '/export/:file': 'GET, HEAD, OPTIONS',
};

/** The same, for URLs. */
const isOfPaths = /^\/(graphql(\/stream)?|export\/[^/?]*)(\?|$)/;

/** Headers of a page's requests that decide whether it is answered. */
const varyByPage = 'Origin, Sec-Fetch-Site';

/** Headers of answers that are made anew for each request, and compressed if its client reads that. */
export const answerHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  vary: `${varyByPage}, Accept-Encoding`,
} as const;

/** The wildcard does not include Authorization, and older browsers know no wildcard. */
const requestHeaders = 'authorization, content-type, last-event-id, apollo-require-preflight, graphql-cost, *';

/**
 * Lets the pages of CORS_ORIGINS ask GraphQL and read its answers: answers preflights, and adds the headers for browsers.
 * Credentials are not allowed: these pages send tokens in a header, and cookies count for this service's own pages alone.
 */
export function corsRoutes(server: FastifyInstance, rules: PageRules, onRefused: OnRefused): void {
  server.addHook('onRequest', ({ url, headers: { origin } }, reply, next) => {
    if (!isOfPaths.test(url)) {
      next();
      return;
    }
    void reply.header('vary', varyByPage);
    if (origin !== undefined && rules.corsOrigins.includes(origin)) {
      void reply.header('access-control-allow-origin', origin);
      void reply.header(
        'access-control-expose-headers',
        `${requestIdHeader}, retry-after, www-authenticate, ratelimit, ratelimit-policy`,
      );
    }
    next();
  });
  const refuseCounted = refusingWith(onRefused);
  for (const [url, allow] of Object.entries(methodsOfPaths)) {
    server.options(url, (request, reply) => {
      if (isForeignPage(request.raw, rules)) return refuseCounted(reply, request, foreignPage);
      return reply
        .code(204)
        .headers({
          allow,
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': requestHeaders,
          'access-control-max-age': preflightCachedForSeconds,
        })
        .send();
    });
  }
}

/**
 * Adds routes with hooks of their own. The name is for Fastify, which searches all loaded modules for it otherwise, twice at each start of a
 * server. Under jest, whose list of modules is slow to read, that takes longer than the rest of the start.
 */
export function registerScope(server: FastifyInstance, name: string, addTo: (scope: FastifyInstance) => void) {
  const plugin: FastifyPluginCallback = (scope, _options, done) => {
    addTo(scope);
    done();
  };
  return server.register(Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name }));
}

/**
 * Lets senders see why they are refused. If the body still arrives, the answer ends after the server has read and discarded
 * the rest of it. Ending sooner would reset the connection, and many senders would report that instead of the answer. The wait
 * ends after `refusedBodyBytesMax`, after a pause of `refusedConnectionLingerMs`, or with the timeout of the whole request.
 */
export function discardRefusedBodies(server: FastifyInstance): void {
  server.addHook('onSend', ({ raw }, reply, payload, next) => {
    if (reply.statusCode < 400 || typeof payload !== 'string' || !isArriving(raw)) {
      next(null, payload);
      return;
    }
    // With its length, the answer is complete for the client before it ends.
    void reply.header('content-length', Buffer.byteLength(payload));
    next(null, Readable.from(withoutRest(payload, raw), { objectMode: false }));
  });
}

async function* withoutRest(answer: string, request: IncomingMessage): AsyncGenerator<Buffer, void> {
  yield Buffer.from(answer);
  await discardRest(request);
}
