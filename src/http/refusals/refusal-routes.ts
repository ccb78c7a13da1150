import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeFault } from '../../kernel/logger.ts';
import type { OnRefused } from '../connections/client-errors.ts';
import { refuse, type Refusal } from './refusal.ts';
import { watchRouteMethods } from './route-methods.ts';

/** Refuses what no route takes: to be called before the first route is registered. */
export function refusalRoutes(server: FastifyInstance, onRefused: OnRefused): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => {
    onRefused(refusal, request.id);
    return refuse(reply, request, refusal);
  };
  const methodsOf = watchRouteMethods(server);

  // Before the body is looked at: what no route takes is not read.
  server.addHook('onRequest', (request, reply, next) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      void reply.header('connection', 'close');
      void answer(request, reply, { status: 400, error: 'REQUEST_INVALID', message: 'The request has no Host.' });
    } else if (!request.is404) {
      next();
    } else {
      const methods = methodsOf(request.url.replace(/\?.*$/s, ''));
      if (methods.length > 0) void reply.header('allow', methods.join(', '));
      void answer(request, reply, methods.length > 0 ? methodNotAllowed : notFound);
    }
  });
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) {
      return answer(request, reply, { status, error: 'REQUEST_INVALID', message: 'The request can not be read.' });
    }
    request.log.error(describeFault(error), 'a request failed');
    return answer(request, reply, { status: 500, error: 'INTERNAL', message: 'A fault of this server.' });
  });
}

/** Refuses a URL that the router can't read; Fastify's own answer quotes it, hence tokens. */
export function refuseUrl(
  { statusCode = 400 }: { statusCode?: number | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
  onRefused: OnRefused,
): void {
  const refusal: Refusal = {
    status: statusCode,
    error: 'REQUEST_INVALID',
    message: 'The URL is not one of this server.',
  };
  onRefused(refusal, request.id);
  void refuse(reply, request, refusal);
}

const notFound: Refusal = {
  status: 404,
  error: 'NOT_FOUND',
  message: 'There is no such route; callbacks go to POST /callbacks/css.',
};

const methodNotAllowed: Refusal = {
  status: 405,
  error: 'METHOD_NOT_ALLOWED',
  message: 'The route is there, but not for this method.',
};
