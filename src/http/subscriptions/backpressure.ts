import type { Writable } from 'node:stream';
import { Notifier } from '../../kernel/notifier.ts';

/**
 * Bytes that are handed to a connection at a time. What it does not take of them is all that is kept for it: nothing more is
 * handed to it until it has taken them.
 */
export const unsentBytesMax = 64 * 1024;

/** Where bytes leave, and whether they do. */
export interface Backpressure {
  isReady(): boolean;
  /** Resolves once it is ready, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** When it last was ready, or became so. */
  takenAtMs(nowMs: number): number;
}

export function watchBackpressure(stream: Writable, isOpen: () => boolean): Backpressure {
  const drained = new Notifier();
  let takenAtMs = performance.now();
  stream.on('drain', () => {
    takenAtMs = performance.now();
    drained.notify();
  });
  // `drain` comes where a write went beyond the stream's mark; what is below it is no reason to wait.
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
