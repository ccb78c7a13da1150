/** Milliseconds of work on end that subscriptions do before everything else of the process gets its turn: callbacks, too. */
export const timeSliceMsMax = 8;

/** Shares one thread: all long work that goes by the same turns pauses together. */
export interface TimeSlices {
  /** Whether the present turn is used up: cheap to ask in a loop. */
  isOver(): boolean;
  /** Resolves with the next turn, each of those who wait having one of its own; at once where the present one lasts. */
  next(): Promise<void>;
}

export function createTimeSlices(): TimeSlices {
  const waiting: (() => void)[] = [];
  let begunMs = -Infinity;
  const isOver = () => performance.now() - begunMs >= timeSliceMsMax;
  const begin = () => {
    begunMs = performance.now();
    waiting.shift()?.();
    // One at a time: what became ready meanwhile is looked at between two turns.
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
