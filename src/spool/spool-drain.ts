import { backoffMs } from '../kernel/backoff.ts';
import { delay } from '../kernel/delay.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { AppendRefused, LogUnusable, StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { EventStore, RecordedEvent } from '../event-store/event-store.ts';
import type { Spool } from './spool.ts';

/**
 * Milliseconds until an append that failed is tried again, once the log answers. A log that answers and takes longer than an
 * append may would be given the same event again and again: rarely, then.
 */
const tryAgain = { leastMs: 200, mostMs: 30_000 };

/** The log that the spool stands in for. */
export interface DrainTarget {
  readonly append: EventStore['append'];
  /** Resolves once it answers, for the first time or again; may reject. */
  answering(): Promise<void>;
}

export interface SpoolDrain {
  /** Ends after the append at hand. */
  stop(): Promise<void>;
}

export interface SpoolDrainOptions {
  readonly spool: Pick<Spool, 'follow' | 'remove' | 'setAside' | 'figures'>;
  readonly target: DrainTarget;
  readonly logger: Logger;
  /** Nothing waits any more. */
  readonly onEmptied?: () => void;
}

/**
 * Appends what waits in the spool to the log, one after the other in the order in which it came, for ever. An event is
 * removed once it is acknowledged, and goes with its id: where the answer or the removal is lost it stands in the log twice,
 * and counts once.
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

  /** @throws StoreUnavailable, StoreOverloaded - what was acknowledged until then is removed */
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
          // Alone: of several in one append a server may know a part from before, and would refuse them all.
          await target.append(event.streamName, [event], 'any');
          acknowledged.push(event);
          attempt = 0;
        } catch (error) {
          if (!(error instanceof AppendRefused)) throw error;
          await remove();
          spool.setAside(event);
          logger.error({ reason: error.message }, 'the log refuses a spooled event for good; it stays in the spool');
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
        // The log says itself why it is away; what waits is counted, and tried again.
        if (!isOfTheLog(error))
          logger.error(describeFault(error), 'the spool could not be drained, and is tried again');
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

function isOfTheLog(error: unknown): boolean {
  return error instanceof StoreUnavailable || error instanceof StoreOverloaded || error instanceof LogUnusable;
}
