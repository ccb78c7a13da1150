import { delay } from '../../kernel/delay.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { retryAfterMs } from '../../projections/projector.ts';

/** Changes of files, made one after the other. */
export interface Changes {
  /** Makes a change after those before it. One that fails, as on a full disk, is tried again until it is made. */
  add(change: () => Promise<void> | void): void;
  /** Makes no more, and resolves once none is being made. */
  stop(): Promise<void>;
}

/** Changes of nothing yet. */
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
