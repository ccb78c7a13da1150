import type { Writable } from 'node:stream';
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
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** When it was last ready, or became so. */
  takenAtMs(nowMs: number): number;
}

/** Follows how fast a client takes what is written to its stream, without a buffer of its own. */
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
