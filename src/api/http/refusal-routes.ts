import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OnRefused } from '../../connections/client-errors.ts';
import { formRefusal, methodNotAllowed, noHost, type Refusal } from '../../connections/refusal.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { describeFault } from '../../kernel/logger.ts';

/** Answers with a refusal, and with Retry-After if the same request may succeed later. */
export function refuse(reply: FastifyReply, { id }: FastifyRequest, refusal: Refusal): FastifyReply {
  const { status, headers, body } = formRefusal(refusal, id);
  return reply.code(status).headers(headers).send(body);
}

/** The HTTP status of an error outside a GraphQL answer, if it is not 400. */
export const statusOfCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  ORIGIN_NOT_ALLOWED: 403,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  INTERNAL: 500,
  QUERIES_OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  TOO_MANY_SUBSCRIPTIONS: 503,
};

/** Refuses requests that no route takes, and answers errors of routes. Call it before the first route is registered. */
export function refusalRoutes(server: FastifyInstance, onRefused: OnRefused): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => {
    onRefused(refusal, request.id);
    return refuse(reply, request, refusal);
  };
  const methodsOf = watchRouteMethods(server);

  // As soon as the head has arrived, so that a body that no route takes is not read.
  server.addHook('onRequest', (request, reply, next) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      void reply.header('connection', 'close');
      void answer(request, reply, noHost);
    } else if (!request.is404) {
      next();
    } else {
      const methods = methodsOf(request.url.replace(/\?.*$/s, ''));
      if (methods.length > 0) void reply.header('allow', methods.join(', '));
      void answer(request, reply, methods.length > 0 ? methodNotAllowed : notFound);
    }
  });
  // For a route that finds nothing to send, such as a file that was removed since the start.
  server.setNotFoundHandler((request, reply) => answer(request, reply, notFound));
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return answer(request, reply, { ...unreadable, status });
    request.log.error(describeFault(error), 'a request failed');
    return answer(request, reply, fault);
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
