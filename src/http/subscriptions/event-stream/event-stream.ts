import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { Subscriber, ReadySubscription } from '../../../graphql/subscriptions/live-operations.ts';
import type { Caller } from '../../graphql/api-tokens.ts';
import type { CloseReason } from '../close-reasons.ts';
import type { LiveBounds } from '../live-bounds.ts';
import type { LiveConnection, LiveConnections } from '../live-connections.ts';
import type { LiveEnd, LiveMetrics } from '../../metrics/live-metrics.ts';
import { closeReasons } from '../close-reasons.ts';
import { createMessageSink } from '../message-sink.ts';
import { watchBackpressure } from '../backpressure.ts';
import { memoizeByMessages, chunkOf } from '../shared-chunks.ts';

/** Milliseconds after which an EventSource connects again. */
const retryAfterMs = 1_000;

interface EventStreamOptions {
  readonly caller: Caller;
  readonly connections: LiveConnections;
  readonly bounds: LiveBounds;
  readonly metrics: LiveMetrics;
  readonly tellFailure: (error: unknown) => readonly GraphQLFormattedError[];
}

/** Made once for all streams that are sent the same. */
const eventsOf = memoizeByMessages((messages, from) =>
  chunkOf(messages, from, ({ cursor, json }) => [
    Buffer.from(`event: next\nid: ${cursor}\ndata: `),
    json,
    Buffer.from('\n\n'),
  ]),
);

/**
 * Sends a subscription as server-sent events: `next` with the cursor as its id. Heartbeats tell the cursor too, as an id
 * without an event, so that a client that nothing was sent to for long need not read on from far behind.
 */
export function serveEventStream(
  response: ServerResponse,
  ready: ReadySubscription,
  { caller: asker, connections, bounds, metrics, tellFailure }: EventStreamOptions,
): void {
  const openedAtMs = performance.now();
  const outlet = watchBackpressure(response, () => !response.writableEnded && !response.destroyed);
  let end: LiveEnd = 'CLIENT';
  let subscriber: Subscriber | null = null;
  const gone = new Promise<void>((resolve) => {
    response.once('close', resolve);
  });
  const idOf = () => (subscriber === null ? '' : `id: ${ready.cursorAt(subscriber.position())}\n`);

  const connection: LiveConnection = {
    overdue(nowMs) {
      if (response.writableEnded) return null;
      if (nowMs - outlet.takenAtMs(nowMs) >= bounds.silentMsMax) return 'SILENT';
      return nowMs - openedAtMs >= bounds.ageMsMax ? 'TOO_LONG' : null;
    },
    beat() {
      if (outlet.isReady()) response.write(`:\n${idOf()}\n`);
    },
    async close(reason: CloseReason) {
      if (!response.writableEnded) {
        end = reason;
        response.end(`: ${closeReasons[reason].words}\n${idOf()}\n`);
      }
      const destroying = setTimeout(() => response.destroy(), bounds.closeWaitMsMax);
      await gone;
      clearTimeout(destroying);
    },
  };

  metrics.opened('sse');
  metrics.subscribed('sse');
  response.on('error', () => undefined);
  response.once('close', () => {
    subscriber?.leave();
    connections.remove(connection);
    connections.release(asker);
    metrics.unsubscribed('sse');
    metrics.closed('sse', end);
  });
  response.write(`retry: ${retryAfterMs}\n\n`);
  subscriber = ready.start(
    createMessageSink({
      backpressure: outlet,
      send(all, from) {
        const { bytes, messages } = eventsOf(all, from, 0);
        response.write(bytes);
        return messages;
      },
      onSent: (messages) => {
        metrics.sent('sse', messages);
      },
      onFailed: (error) => {
        response.end(lastEvents(tellFailure(error)));
      },
    }),
  );
  if (connections.stopping()) void connection.close('STOPPING');
  connections.add(connection);
}

/** What ends a stream for good: the errors, and that there will be no more. */
export function lastEvents(errors: readonly GraphQLFormattedError[]): string {
  return `event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`;
}
