/** How many may wait for a permit, and for how many milliseconds. */
export interface QueueBounds {
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/** A limited number of permits. Callers that find none wait, in order. */
export type Semaphore = ReturnType<typeof createSemaphore>;

/** A semaphore of `permitsMax` permits; queue null: waiting has no bounds. */
export function createSemaphore(permitsMax: number, queue: QueueBounds | null) {
  const waiting = new Set<() => void>();
  let acquired = 0;
  return {
    /**
     * True with a permit, which the caller must release; false if too many wait for one, or waiting took too long. At once if
     * a permit is there.
     */
    acquire(): true | Promise<boolean> {
      if (acquired < permitsMax) {
        acquired += 1;
        return true;
      }
      if (queue !== null && waiting.size >= queue.waitingMax) return Promise.resolve(false);
      return new Promise<boolean>((resolve) => {
        const giveUp = () => {
          waiting.delete(go);
          resolve(false);
        };
        const timer = queue === null ? undefined : setTimeout(giveUp, queue.waitMsMax);
        const go = () => {
          waiting.delete(go);
          clearTimeout(timer);
          resolve(true);
        };
        waiting.add(go);
      });
    },
    release(): void {
      const [next] = waiting;
      // Passes on the permit, so that no later caller can take it.
      if (next === undefined) acquired -= 1;
      else next();
    },
    /** How many permits are in use, and how many callers wait. */
    counts: () => ({ acquired, waiting: waiting.size }),
  };
}

/** Runs one piece of work at a time, in order. A failure does not prevent the next one. */
export function createSerial(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const oneAtATime = createSemaphore(1, null);
  return async (work) => {
    await oneAtATime.acquire();
    try {
      return await work();
    } finally {
      oneAtATime.release();
    }
  };
}
