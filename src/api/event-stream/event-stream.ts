import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { ReadySubscription, SendableResult, Subscriber } from '../subscriptions/live-operations.ts';
import type { Caller } from '../http/api-access.ts';
import type { LiveEnd } from '../../observing/live-metrics.ts';
import { Backpressure, chunkOf, memoizeByMessages } from '../subscriptions/chunks.ts';
import { closeReasons } from '../subscriptions/close-reasons.ts';
import type { LiveConnection, LiveTransportOptions } from '../subscriptions/live-connections.ts';

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
