import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

/** The threads that this process starts from now on, in order: a test can end them as a fault would, and see that they are gone. */
export interface StartedThreads {
  readonly all: readonly Worker[];
  /** Resolves once this many have been started. */
  started(count: number): Promise<void>;
  /** The number that have not ended. */
  running(): number;
  stopWatching(): void;
}

const channel = 'worker_threads';

export function watchThreads(): StartedThreads {
  const all: Worker[] = [];
  const ended = new Set<Worker>();
  const looking = new Set<() => void>();
  const note = (message: unknown) => {
    const { worker } = message as { worker: Worker };
    all.push(worker);
    worker.once('exit', () => ended.add(worker));
    for (const look of [...looking]) look();
  };
  subscribe(channel, note);
  return {
    all,
    started: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (all.length < count) return;
          looking.delete(look);
          resolve();
        };
        looking.add(look);
        look();
      }),
    running: () => all.length - ended.size,
    stopWatching: () => unsubscribe(channel, note),
  };
}
