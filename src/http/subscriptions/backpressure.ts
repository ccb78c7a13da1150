import type { Writable } from 'node:stream';
import type { LiveMessage, LiveSink } from '../../graphql/subscriptions/live-operations.ts';
import { Notifier } from '../../kernel/notifier.ts';

/**
 * Bytes that are written to a connection at a time. What the peer has not taken of them is all that is buffered for it:
 * nothing more is written until it has taken them.
 */
export const unsentBytesMax = 64 * 1024;

/** Whether the peer of a connection takes what is written. */
export interface Backpressure {
  isReady(): boolean;
  /** Resolves once it is ready, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** When it was last ready, or became so. */
  takenAtMs(nowMs: number): number;
}

export function watchBackpressure(stream: Writable, isOpen: () => boolean): Backpressure {
  const drained = new Notifier();
  let takenAtMs = performance.now();
  stream.on('drain', () => {
    takenAtMs = performance.now();
    drained.notify();
  });
  // `drain` is emitted only after a write beyond the high-water mark; less than that is no reason to wait.
  const hasTaken = () => !stream.writableNeedDrain || stream.writableLength === 0;
  const isReady = () => isOpen() && hasTaken();
  return {
    isReady,
    ready: (signal) => (isReady() ? Promise.resolve() : drained.after(drained.seen, signal)),
    takenAtMs(nowMs) {
      if (hasTaken()) takenAtMs = nowMs;
      return takenAtMs;
    },
  };
}

interface MessageSinkOptions {
  readonly backpressure: Backpressure;
  /** Writes messages from this index on as one chunk, and returns how many. */
  readonly write: (messages: readonly LiveMessage[], from: number) => number;
  readonly onSent: (messages: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Sends the messages of a subscription for as long as the connection takes them. */
export function createMessageSink({ backpressure, write, onSent, onFailed }: MessageSinkOptions): LiveSink {
  return {
    take(messages, from) {
      if (!backpressure.isReady()) return 0;
      const sent = write(messages, from);
      onSent(sent);
      return sent;
    },
    ready: (signal) => backpressure.ready(signal),
    failed: onFailed,
  };
}
