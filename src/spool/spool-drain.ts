import { backoffMs, delay } from '../kernel/delay.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { AppendRefused, LogUnusable, StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import type { Spool } from './spool.ts';

/**
 * Milliseconds until a failed append is repeated: growing, or a slow log would get the same event again and again.
 */
const tryAgain = { leastMs: 200, mostMs: 30_000 };

/** The log that the spooled events are for. */
export interface DrainTarget {
  readonly append: EventStore['append'];
  /** Resolves once the log answers, for the first time or again; may reject. */
  answering(): Promise<void>;
}

export interface SpoolDrain {
  /** Resolves after the append under way. */
  stop(): Promise<void>;
}

export interface SpoolDrainOptions {
  readonly spool: Pick<Spool, 'follow' | 'remove' | 'setAside' | 'figures'>;
  readonly target: DrainTarget;
  readonly logger: Logger;
  /** Called when nothing waits any more. */
  readonly onEmptied?: () => void;
}

/**
 * Appends the events of the spool to the log one by one, in the order in which they came. An event is removed once it
 * is acknowledged, and keeps its id: if the answer or the removal is lost, it is in the log twice and counts once.
 */
export function startSpoolDrain({ spool, target, logger, onEmptied }: SpoolDrainOptions): SpoolDrain {
  const abort = new AbortController();
  const { signal } = abort;
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  let attempt = 0;

  /** @throws StoreUnavailable, StoreOverloaded - the events acknowledged until then are removed */
  const drainBatch = async (events: readonly RecordedEvent[]) => {
    let acknowledged: RecordedEvent[] = [];
    const remove = async () => {
      const done = acknowledged;
      acknowledged = [];
      await spool.remove(done);
    };
    try {
      for (const event of events) {
        if (signal.aborted) return;
        try {
          // One by one: the server may know some of several already, and would refuse them all.
          await target.append(event.streamName, [event], 'any');
          acknowledged.push(event);
          attempt = 0;
        } catch (error) {
          if (!(error instanceof AppendRefused)) throw error;
          await remove();
          spool.setAside(event);
          logger.error({ reason: error.message }, 'the log refuses a spooled event permanently; it stays in the spool');
        }
      }
    } finally {
      await remove();
    }
  };

  const drain = async () => {
    for await (const events of spool.follow(signal)) {
      await Promise.race([target.answering(), aborted]);
      await drainBatch(events);
      if (signal.aborted || spool.figures().events > 0) continue;
      logger.info({ eventsDrainedTotal: spool.figures().eventsDrainedTotal }, 'the spool is empty again');
      onEmptied?.();
    }
  };

  const run = async () => {
    while (!signal.aborted) {
      try {
        await drain();
      } catch (error) {
        // The log reports itself why it is away.
        if (!isOfLog(error)) logger.error(describeFault(error), 'draining the spool failed; it is tried again');
        await delay(backoffMs(attempt, tryAgain), signal);
        attempt += 1;
      }
    }
  };
  const running = run();
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

function isOfLog(error: unknown): boolean {
  return error instanceof StoreUnavailable || error instanceof StoreOverloaded || error instanceof LogUnusable;
}
