import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { ServerResponse } from 'node:http';
import { graphqlBodyBytesMax, retryAfterSeconds } from '../../connections/limits.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { Subscriber } from '../../live/subscriber-group.ts';
import { outcomeOf } from '../../observing/metrics.ts';
import { Answer } from '../execution/execute.ts';
import { admit, askerOf, type Caller } from '../access/admission.ts';
import { rateError } from '../access/rates.ts';
import { bodyTooLargeMessage, contentTypeMessage, notGraphqlMessage } from '../http/graphql-routes.ts';
import { asksForCost } from '../http/open-operation.ts';
import { challenge, registerScope, statusOfCode } from '../http/refusal-routes.ts';
import { payloadOf, tooMuchUnread } from '../http/unread-answers.ts';
import { Backpressure, chunkOf, memoizeByMessages } from './chunks.ts';
import { type LiveConnection, type LiveTransportOptions, closeReasons, type LiveEnd } from './live-connections.ts';
import {
  OperationRefused,
  type LiveOperations,
  type OperationRequest,
  type ReadyOperation,
  type ReadySubscription,
} from './live-operations.ts';

/** Milliseconds after which an EventSource connects again. */
const reconnectAfterMs = 1_000;

interface EventStreamOptions extends Pick<LiveTransportOptions, 'connections' | 'bounds' | 'live'> {
  readonly caller: Caller;
  readonly formatFailure: (error: unknown) => readonly GraphQLFormattedError[];
}

const eventsOf = memoizeByMessages((messages, from) =>
  chunkOf(messages, from, ({ cursor, json }) => [
    Buffer.from(`event: next\nid: ${cursor}\ndata: `),
    json,
    Buffer.from('\n\n'),
  ]),
);

/**
 * Sends a subscription as server-sent events: `next` with the cursor as its id. Heartbeats carry the cursor too, as an id
 * without an event, so that a client that received nothing for a long time does not resume from far behind.
 */
export function serveEventStream(
  response: ServerResponse,
  ready: ReadySubscription,
  { caller, connections, bounds, live, formatFailure }: EventStreamOptions,
): void {
  const clock = () => connections.nowMs();
  const openedAtMs = clock();
  const isOpen = () => !response.writableEnded && !response.destroyed;
  const backpressure = new Backpressure(response, { isOpen, nowMs: clock });
  let end: LiveEnd = 'CLIENT';
  let subscriber: Subscriber | null = null;
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  const idField = () => (subscriber === null ? '' : `id: ${subscriber.cursor()}\n`);

  /** Destroys the response after `closeWaitMsMax`: a client that reads nothing would never be sent its end. */
  const endWith = (last: string) => {
    response.end(last);
    const destroying = setTimeout(() => response.destroy(), bounds.closeWaitMsMax);
    void gone.then(() => clearTimeout(destroying));
  };

  const connection: LiveConnection = {
    overdue(nowMs) {
      if (response.writableEnded) return null;
      if (nowMs - backpressure.takenAtMs(nowMs) >= bounds.silentMsMax) return 'SILENT';
      return nowMs - openedAtMs >= bounds.ageMsMax ? 'TOO_LONG' : null;
    },
    expiresAtMs: () => caller.expiresAtMs,
    beat() {
      if (backpressure.isReady()) response.write(`:\n${idField()}\n`);
    },
    close(reason) {
      if (!response.writableEnded) {
        end = reason;
        endWith(`: ${closeReasons[reason].words}\n${idField()}\n`);
      }
      return gone;
    },
  };

  // A client may be silent for longer here than with other answers: `overdue` sets the limit.
  response.setTimeout(0);
  live.opened('sse');
  live.subscribed('sse');
  response.on('error', () => undefined);
  response.on('drain', () => backpressure.noteDrained());
  response.once('close', () => {
    subscriber?.leave();
    connections.remove(connection);
    connections.release(caller);
    live.unsubscribed('sse');
    live.closed('sse', end);
  });
  response.write(`retry: ${reconnectAfterMs}\n\n`);
  subscriber = ready.start({
    take(messages, from) {
      if (!backpressure.isReady()) return 0;
      const chunk = eventsOf(messages, from, 0);
      response.write(chunk.bytes);
      live.sent('sse', chunk.messages);
      return chunk.messages;
    },
    ready: (signal) => backpressure.ready(signal),
    failed: (error) => endWith(lastEvents(new Answer(formatFailure(error), null))),
  });
  if (connections.stopping()) void connection.close('STOPPING');
  connections.add(connection);
}

/** The end of a stream that must not be resumed, or all of it: a result, and `complete`. */
function lastEvents({ json }: Answer): string {
  return `event: next\ndata: ${json}\n\nevent: complete\ndata:\n\n`;
}

/** Characters of `Last-Event-ID` that are accepted; the longest cursor has fewer than 200. */
const eventIdLengthMax = 512;

/**
 * The operation of a request for an event stream: from its JSON body, or from the query string, as EventSource sends it.
 * @throws LedgerError - BAD_REQUEST, CURSOR_INVALID
 */
function readStreamRequest(
  request: FastifyRequest,
): Pick<OperationRequest, 'query' | 'operationName' | 'variables' | 'resumeAfter' | 'asksForCost'> {
  const isGet = request.method === 'GET';
  const given = (isGet ? request.query : request.body) as Readonly<Record<string, unknown>> | null | undefined;
  const { query, operationName = null } = given ?? {};
  const variables = given?.['variables'] ?? null;
  const values = isGet && typeof variables === 'string' ? parse(variables) : variables;
  if (typeof query !== 'string' || !isNameOrNull(operationName) || !isObjectOrNull(values)) {
    throw new LedgerError(
      'BAD_REQUEST',
      'The request has no operation. Send `query` as text, `variables` as an object, and `operationName` as text.',
    );
  }
  return {
    query,
    operationName: operationName === '' ? null : operationName,
    variables: values ?? {},
    resumeAfter: resumeAfterOf(request),
    asksForCost: asksForCost(request),
  };
}

function resumeAfterOf({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id'];
  if (typeof id !== 'string' || id === '') return null;
  if (id.length <= eventIdLengthMax) return id;
  throw new LedgerError('CURSOR_INVALID', 'The header Last-Event-ID is too long for a cursor. List again.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isObjectOrNull(value: unknown): value is Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && !Array.isArray(value);
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that buffers answers would delay messages.
  'x-accel-buffering': 'no',
} as const;

const streamRoute = {
  url: '/graphql/stream',
  method: ['GET', 'POST'],
  // A stream without its messages would be open for nothing.
  exposeHeadRoute: false,
  bodyLimit: graphqlBodyBytesMax,
} satisfies Partial<RouteOptions>;

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
    challenge(reply, status, errors[0]?.extensions?.['retryAfterSeconds']);
    return reply.code(status).send({ errors });
  };
  const fail = (request: FastifyRequest, reply: FastifyReply, error: unknown) =>
    refuse(reply, operations.errorsOf(error, request.id));

  const sendLast = (request: FastifyRequest, reply: FastifyReply, result: Answer, mayRefuse = true) => {
    const payload = payloadOf(lastEvents(result), reply.raw, unread, mayRefuse);
    if (payload === null) return fail(request, reply, tooMuchUnread);
    metrics.operationAnswered(outcomeOf(result.errors));
    return reply.headers(streamHeaders).send(payload);
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { caller, refusal } = admit(admission, request.raw);
    if (refusal !== null) throw new LedgerError(refusal.error, refusal.message);
    let ready;
    try {
      ready = await prepare(operations, request, reply, caller);
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error;
      return statusFor(error.errors) === undefined
        ? sendLast(request, reply, new Answer(error.errors, null, error.extensions))
        : refuse(reply, error.errors);
    }
    if (ready.kind === 'REQUEST') {
      // A link or an image of any page makes its reader's browser send a GET, so a GET must not change anything.
      if (request.method !== 'POST' && ready.isMutation) {
        void reply.header('allow', 'POST');
        throw new LedgerError('METHOD_NOT_ALLOWED', 'A mutation was sent by GET. Send it by POST.');
      }
      reply.raw.once('close', ready.abandon);
      const result = await ready.answer();
      const isOverloaded = outcomeOf(result.errors) === 'QUERIES_OVERLOADED';
      return isOverloaded ? refuse(reply, result.errors ?? []) : sendLast(request, reply, result, !ready.isMutation);
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

  void registerScope(server, 'event-stream', (scope) => {
    scope.setErrorHandler((error, request, reply) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (error instanceof LedgerError || statusCode >= 500) return fail(request, reply, error);
      return fail(request, reply, refusals[statusCode] ?? notGraphql);
    });
    scope.route({ ...streamRoute, handler: answer });
  });
}

/** @throws as `LiveOperations.prepare`; LedgerError - BAD_REQUEST, CURSOR_INVALID */
async function prepare(
  operations: LiveOperations,
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
): Promise<ReadyOperation> {
  const { account } = caller;
  try {
    const refusal = account.take('operations');
    if (refusal !== null) throw rateError(refusal);
    return await operations.prepare({ ...readStreamRequest(request), ...askerOf(caller), requestId: request.id });
  } finally {
    void reply.headers(account.headers(['operations', 'cost', 'subscriptions']));
  }
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
