import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { isMutation, OperationRefused, type SendableResult } from '../subscriptions/live-operations.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { admit, challenge } from '../http/admission.ts';
import { bodyTooLargeMessage, contentTypeMessage, notGraphqlMessage } from '../http/graphql-routes.ts';
import { graphqlBodyBytesMax, retryAfterSeconds } from '../../connections/limits.ts';
import { outcomeOf } from '../../observing/metrics.ts';
import { statusOfCode } from '../http/refusal-routes.ts';
import type { LiveTransportOptions } from '../subscriptions/live-connections.ts';
import { payloadOf, tooMuchUnread } from '../http/unread-answers.ts';
import { namedPlugin } from '../http/named-plugin.ts';
import { lastEvents, readStreamRequest, serveEventStream } from './event-stream.ts';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that buffers answers would delay messages.
  'x-accel-buffering': 'no',
} as const;

/**
 * Operations as server-sent events: `/graphql/stream`, in the distinct connections mode of graphql-sse. Errors of the
 * operation are reported in the stream with status 200, because an EventSource reads nothing else. Errors of the
 * request, or of this server, are refused with a status.
 */
export function eventStreamRoutes(server: FastifyInstance, options: LiveTransportOptions): void {
  const { operations, admission, connections, bounds, metrics, live, unread } = options;

  const refuse = (reply: FastifyReply, errors: readonly GraphQLFormattedError[]) => {
    metrics.operationAnswered(outcomeOf(errors));
    const status = statusFor(errors) ?? 400;
    if (status === 503) void reply.header('retry-after', retryAfterSeconds);
    challenge(reply, status);
    return reply.code(status).send({ errors });
  };
  const fail = (request: FastifyRequest, reply: FastifyReply, error: unknown) =>
    refuse(reply, operations.errorsOf(error, request.id));

  const sendLast = (request: FastifyRequest, reply: FastifyReply, result: SendableResult, mayRefuse = true) => {
    const payload = payloadOf(lastEvents(result), reply.raw, mayRefuse ? unread.claim : unread.count);
    if (payload === null) return fail(request, reply, tooMuchUnread);
    metrics.operationAnswered(outcomeOf(result.errors));
    return reply.headers(streamHeaders).send(payload);
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { caller, refusal } = admit(admission, request.raw);
    if (refusal !== null) throw new LedgerError(refusal.error, refusal.message);
    let ready;
    try {
      const { role, name: callerName } = caller;
      ready = await operations.prepare({ ...readStreamRequest(request), role, callerName, requestId: request.id });
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error;
      return statusFor(error.errors) === undefined
        ? sendLast(request, reply, { errors: error.errors })
        : refuse(reply, error.errors);
    }
    if (ready.kind === 'REQUEST') {
      // A link or an image of any page makes its reader's browser send a GET, so a GET must not change anything.
      if (request.method !== 'POST' && isMutation(ready)) {
        void reply.header('allow', 'POST');
        throw new LedgerError('METHOD_NOT_ALLOWED', 'A mutation was sent by GET. Send it by POST.');
      }
      reply.raw.once('close', ready.abandon);
      const result = await ready.answer();
      const isOverloaded = outcomeOf(result.errors) === 'QUERIES_OVERLOADED';
      return isOverloaded ? refuse(reply, result.errors ?? []) : sendLast(request, reply, result, !isMutation(ready));
    }
    // If the client has gone meanwhile, its `close` was emitted already, and its connection would be counted for ever.
    if (reply.raw.destroyed) return reply.hijack();
    if (connections.open() >= bounds.connectionsMax || !connections.claim(caller)) {
      throw new LedgerError(
        'TOO_MANY_SUBSCRIPTIONS',
        'This server, or this token, has as many open connections as it may have. Close one, or try again later.',
      );
    }
    metrics.operationAnswered('OK');
    reply.hijack();
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...streamHeaders });
    serveEventStream(reply.raw, ready, {
      caller,
      connections,
      bounds,
      live,
      formatFailure: (error) => operations.errorsOf(error, request.id),
    });
    return reply;
  }

  const plugin = namedPlugin('event-stream', (scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (error instanceof LedgerError || statusCode >= 500) return fail(request, reply, error);
      return fail(request, reply, refusals[statusCode] ?? notGraphql);
    });
    scope.route({ url: '/graphql/stream', method: ['GET', 'POST'], bodyLimit: graphqlBodyBytesMax, handler: answer });
    done();
  });
  void server.register(plugin);
}

function statusFor(errors: readonly GraphQLFormattedError[]): number | undefined {
  const outcome = outcomeOf(errors);
  return outcome === 'OK' ? undefined : statusOfCode[outcome];
}

/** By the status that Fastify gives them. */
const refusals: Readonly<Record<number, LedgerError>> = {
  413: new LedgerError('BODY_TOO_LARGE', bodyTooLargeMessage),
  415: new LedgerError('BAD_REQUEST', contentTypeMessage),
};
const notGraphql = new LedgerError('BAD_REQUEST', notGraphqlMessage);
