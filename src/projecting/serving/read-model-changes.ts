import { delay } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { retryAfterMs } from '../projector.ts';

/** Makes changes to files, one after another. */
export interface Changes {
  /** Makes a change after all earlier ones. If it fails, for example on a full disk, it is retried until it succeeds. */
  add(change: () => Promise<void> | void): void;
  /** Starts no more changes, and resolves once none is running. */
  stop(): Promise<void>;
}

/** Creates an empty queue of changes. */
export function createChanges(logger: Logger): Changes {
  const abort = new AbortController();
  const { signal } = abort;
  const isAborted = () => signal.aborted;
  let made = Promise.resolve();
  const make = async (change: () => Promise<void> | void) => {
    while (!isAborted()) {
      try {
        await change();
        return;
      } catch (error) {
        if (!isAborted()) {
          logger.error({ ...describeFault(error), retryAfterMs }, 'changing the read models failed; it is tried again');
        }
        await delay(retryAfterMs, signal);
      }
    }
  };
  return {
    add(change) {
      made = made.then(() => make(change));
    },
    async stop() {
      abort.abort();
      await made;
    },
  };
}
