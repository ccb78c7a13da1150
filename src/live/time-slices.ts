import { steadyClock, type Clock } from '../kernel/clock.ts';

/** Milliseconds that subscriptions may work without a pause. Then everything else of the process runs first, callbacks included. */
export const timeSliceMsMax = 8;

/** Shares one thread: all long work that asks the same time slices pauses together. */
export interface TimeSlices {
  /** Whether the current slice is used up. Cheap enough to ask in a loop. */
  isOver(): boolean;
  /** Resolves in a slice with time left: at once in the current one, else one waiter per slice. */
  next(): Promise<void>;
}

/** Slices of `timeSliceMsMax`, by a monotonic clock. */
export function createTimeSlices(elapsedMs: Clock = steadyClock): TimeSlices {
  const waiting: (() => void)[] = [];
  let begunMs = -Infinity;
  const isOver = () => elapsedMs() - begunMs >= timeSliceMsMax;
  const begin = () => {
    begunMs = elapsedMs();
    waiting.shift()?.();
    // One at a time: between two slices, the event loop handles what became ready.
    if (waiting.length > 0) setImmediate(begin);
  };
  return {
    isOver,
    next: () => {
      if (!isOver() && waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) setImmediate(begin);
      });
    },
  };
}
