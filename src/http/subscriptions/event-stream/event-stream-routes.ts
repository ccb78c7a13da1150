import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { OperationRefused } from '../../../graphql/subscriptions/live-operations.ts';
import { LedgerError, type ErrorCode } from '../../../kernel/errors.ts';
import { callerOf, unauthenticatedMessage, hostNotAllowedMessage, isHostAllowed } from '../../graphql/api-access.ts';
import { bodyTooLargeMessage, notGraphqlMessage } from '../../graphql/graphql-routes.ts';
import { graphqlBodyBytesMax, retryAfterSeconds } from '../../limits.ts';
import { outcomeOf } from '../../metrics/metrics.ts';
import type { LiveTransportOptions } from '../live-connections.ts';
import { readStreamRequest } from './event-stream-request.ts';
import { lastEvents, serveEventStream } from './event-stream.ts';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that buffers answers would delay messages.
  'x-accel-buffering': 'no',
} as const;

/** Status of what is refused before a stream begins; 400 for all others. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  BODY_TOO_LARGE: 413,
  INTERNAL: 500,
  STORE_UNAVAILABLE: 503,
  TOO_MANY_SUBSCRIPTIONS: 503,
};

/**
 * Subscriptions as server-sent events: `/graphql/stream`. A fault of the request or of this server is refused with a status.
 * A refused cursor or argument is reported in the stream with status 200, because an EventSource reads nothing else.
 */
export function eventStreamRoutes(server: FastifyInstance, options: LiveTransportOptions): void {
  const { operations, access, connections, bounds, metrics, live } = options;

  const refuse = (reply: FastifyReply, errors: readonly GraphQLFormattedError[]) => {
    metrics.operationAnswered(outcomeOf(errors));
    const status = statusFor(errors) ?? 400;
    if (status === 503) void reply.header('retry-after', retryAfterSeconds);
    return reply.code(status).send({ errors });
  };
  const fail = (request: FastifyRequest, reply: FastifyReply, error: unknown) =>
    refuse(reply, operations.errorsOf(error, request.id));

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = callerOf(access, request.headers.authorization);
    if (!isHostAllowed(access, request.headers.host)) throw new LedgerError('UNAUTHENTICATED', hostNotAllowedMessage);
    if (caller === null) throw new LedgerError('UNAUTHENTICATED', unauthenticatedMessage(access));
    let ready;
    try {
      ready = await operations.prepare({ ...readStreamRequest(request), role: caller.role, requestId: request.id });
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error;
      if (!error.whileSubscribing || statusFor(error.errors) !== undefined) return refuse(reply, error.errors);
      metrics.operationAnswered(outcomeOf(error.errors));
      return reply.headers(streamHeaders).send(lastEvents(error.errors));
    }
    if (ready.kind !== 'SUBSCRIPTION') {
      throw new LedgerError(
        'BAD_REQUEST',
        'Only subscriptions are served here. Send queries and mutations to POST /graphql.',
      );
    }
    // `close` of a client that has gone meanwhile was emitted already, so its connection would be counted for ever.
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

  void server.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (error instanceof LedgerError || statusCode >= 500) return fail(request, reply, error);
      return fail(request, reply, statusCode === 413 ? tooLarge : notGraphql);
    });
    scope.route({ url: '/graphql/stream', method: ['GET', 'POST'], bodyLimit: graphqlBodyBytesMax, handler: answer });
    done();
  });
}

function statusFor(errors: readonly GraphQLFormattedError[]): number | undefined {
  const outcome = outcomeOf(errors);
  return outcome === 'OK' ? undefined : statusOf[outcome];
}

const tooLarge = new LedgerError('BODY_TOO_LARGE', bodyTooLargeMessage);
const notGraphql = new LedgerError('BAD_REQUEST', notGraphqlMessage);
