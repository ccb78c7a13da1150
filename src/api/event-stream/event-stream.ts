import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { ServerResponse } from 'node:http';
import { LedgerError } from '../../kernel/errors.ts';
import type { LiveEnd } from '../../observing/live-metrics.ts';
import type { Caller } from '../http/api-access.ts';
import { Backpressure, chunkOf, memoizeByMessages } from '../subscriptions/chunks.ts';
import { closeReasons } from '../subscriptions/live-bounds.ts';
import type { LiveConnection, LiveTransportOptions } from '../subscriptions/live-connections.ts';
import type {
  OperationRequest,
  ReadySubscription,
  SendableResult,
  Subscriber,
} from '../subscriptions/live-operations.ts';

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
    failed: (error) => endWith(lastEvents({ errors: formatFailure(error) })),
  });
  if (connections.stopping()) void connection.close('STOPPING');
  connections.add(connection);
}

/** The end of a stream that must not be resumed, or all of it: a result, and `complete`. */
export function lastEvents(result: SendableResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\nevent: complete\ndata:\n\n`;
}

/** Characters of `Last-Event-ID` that are accepted; the longest cursor has fewer than 200. */
const eventIdLengthMax = 512;

/**
 * The operation of a request for an event stream: from its JSON body, or from the query string, as EventSource sends it.
 * @throws LedgerError - BAD_REQUEST, CURSOR_INVALID
 */
export function readStreamRequest(
  request: FastifyRequest,
): Pick<OperationRequest, 'query' | 'operationName' | 'variables' | 'resumeAfter'> {
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
