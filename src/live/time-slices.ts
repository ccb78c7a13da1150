/** Milliseconds of work on end that subscriptions do before everything else of the process gets its turn: callbacks, too. */
export const turnMsMax = 8;

/** Shares one thread: all long work that goes by the same turns pauses together. */
export interface Turns {
  /** Whether the present turn is used up: cheap to ask in a loop. */
  isOver(): boolean;
  /** Resolves with the next turn, each of those who wait having one of its own; at once where the present one lasts. */
  next(): Promise<void>;
}

export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let begunMs = -Infinity;
  const isOver = () => performance.now() - begunMs >= turnMsMax;
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
