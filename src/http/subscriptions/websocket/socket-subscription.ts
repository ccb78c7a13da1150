import type { ReadySubscription } from '../../../graphql/subscriptions/live-operations.ts';
import type { LiveMetrics } from '../../metrics/live-metrics.ts';
import type { Backpressure } from '../backpressure.ts';
import { encodeId, sendNextFrames } from './next-frames.ts';

/** Where the frames of a connection's subscriptions are written. */
export interface FrameOutput {
  readonly backpressure: Backpressure;
  /** Writes frames; whether all of them have left, so that their memory can be reused. */
  readonly write: (frames: Buffer) => boolean;
}

/**
 * A subscription as graphql-ws sees it: results that never come, because the messages are written past it, until the
 * subscription ends.
 */
export interface RunningSubscription extends AsyncIterableIterator<never, void> {
  return(): Promise<IteratorResult<never, void>>;
  /** The cursor up to which it has sent all messages. */
  cursor(): string;
}

/**
 * Starts a subscription, and writes its messages to the socket under the operation's id. The iterator ends when the client
 * completes the operation, and throws when the subscription fails.
 */
export function runSubscription(
  ready: ReadySubscription,
  id: string,
  { backpressure, write }: FrameOutput,
  metrics: LiveMetrics,
): RunningSubscription {
  const encodedId = encodeId(id);
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const over = new Promise<IteratorResult<never, void>>((resolve, reject) => {
    end = () => {
      resolve({ done: true, value: undefined });
    };
    fail = reject;
  });
  // The failure reaches graphql-ws through `next`; after `return` nobody waits for it.
  over.catch(() => undefined);
  const subscriber = ready.start({
    take(messages, from) {
      if (!backpressure.isReady()) return 0;
      const sent = sendNextFrames(encodedId, messages, from, write);
      metrics.sent('websocket', sent);
      return sent;
    },
    ready: backpressure.ready,
    failed: (error) => {
      fail(error instanceof Error ? error : new Error(typeof error));
    },
  });
  metrics.subscribed('websocket');
  const running: RunningSubscription = {
    next: () => over,
    return: () => {
      subscriber.leave();
      end();
      return over;
    },
    [Symbol.asyncIterator]: () => running,
    cursor: () => ready.cursorAt(subscriber.position()),
  };
  return running;
}
