import type { LiveMessage, LiveSink } from '../../graphql/subscriptions/live-operations.ts';
import type { Backpressure } from './backpressure.ts';

export interface SinkOptions {
  readonly backpressure: Backpressure;
  /** Hands over messages from this index on, in one piece, and returns how many. */
  readonly send: (messages: readonly LiveMessage[], from: number) => number;
  readonly onSent: (messages: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Hands messages to a connection while it takes them. */
export function createMessageSink({ backpressure: outlet, send, onSent, onFailed }: SinkOptions): LiveSink {
  return {
    take(messages, from) {
      if (!outlet.isReady()) return 0;
      const sent = send(messages, from);
      onSent(sent);
      return sent;
    },
    ready: (signal) => outlet.ready(signal),
    failed: onFailed,
  };
}
