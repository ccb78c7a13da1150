import { backoffMs, untilDone } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { AppendRefused, LogUnusable, StoreOverloaded, StoreUnavailable, type EventStore } from '../event-store.ts';
import type { Spool, SpooledEvent } from './spool.ts';

/**
 * Concurrent appends of a drain: about as many as fully use a server, and a quarter of what a node sends at once, which
 * leaves room for callbacks that arrive meanwhile.
 */
export const drainInFlightMax = 128;

/** Milliseconds before a failed append is repeated. Growing, or a slow log would get the same event again and again. */
const tryAgain = { leastMs: 200, mostMs: 30_000 };

/** The log that the spooled events are for. */
export interface DrainTarget {
  readonly append: EventStore['append'];
  /** Resolves once the log answers, for the first time or again; may reject. */
  answering(): Promise<void>;
}

interface SpoolDrainOptions {
  readonly spool: Pick<Spool, 'follow' | 'appended' | 'setAside' | 'clear' | 'figures'>;
  readonly target: DrainTarget;
  readonly logger: Logger;
  /** Called when nothing waits any more. */
  readonly onEmptied?: () => void;
}

/**
 * Appends the events of the spool to the log, many at a time, each in its own append. The order does not matter to readers.
 * An event counts as drained once it is acknowledged, and is then removed. It keeps its id: if the answer or the removal is
 * lost, it is in the log twice and counts once.
 */
export class SpoolDrain {
  private readonly abort = new AbortController();
  private readonly aborted: Promise<void>;
  private readonly running: Promise<void>;
  /** Failures since the last event was appended. */
  private attempt = 0;
  /** One more after each appended event, and one after a failure: a slow log gets few requests. */
  private inFlightMax = 1;
  /** Whether events were drained or set aside since it was last empty. */
  private isEmptying = false;

  constructor(private readonly options: SpoolDrainOptions) {
    this.aborted = new Promise((resolve) => {
      this.abort.signal.addEventListener('abort', () => resolve());
    });
    this.running = this.run();
  }

  /** Resolves after the current appends. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private run(): Promise<void> {
    return untilDone(
      () => this.drain(),
      this.abort.signal,
      (error) => {
        // The log itself reports why it is away.
        if (!isOfLog(error)) {
          this.options.logger.error(describeFault(error), 'draining the spool failed; it is tried again');
        }
        this.attempt += 1;
        return backoffMs(this.attempt - 1, tryAgain);
      },
    );
  }

  private async drain(): Promise<void> {
    const { spool, target } = this.options;
    // Removes what a failed attempt left in the file.
    await this.clear();
    for await (const events of spool.follow(this.abort.signal)) {
      await Promise.race([target.answering(), this.aborted]);
      try {
        await this.appendAll([...events]);
      } finally {
        await this.clear();
      }
    }
  }

  private async clear(): Promise<void> {
    const { spool, logger, onEmptied } = this.options;
    await spool.clear();
    const { events, eventsDrainedTotal } = spool.figures();
    if (events > 0 || !this.isEmptying) return;
    this.isEmptying = false;
    logger.info({ eventsDrainedTotal }, 'the spool is empty again');
    onEmptied?.();
  }

  /**
   * @throws StoreUnavailable, StoreOverloaded - the log failed; those after it are not appended, unless they were under way
   */
  private async appendAll(waiting: SpooledEvent[]): Promise<void> {
    const failures: unknown[] = [];
    const appendInTurn = async () => {
      for (;;) {
        const event = failures.length > 0 || this.abort.signal.aborted ? undefined : waiting.shift();
        if (event === undefined) return;
        try {
          await this.appendOne(event);
        } catch (error) {
          failures.push(error);
          return;
        }
        if (this.inFlightMax === drainInFlightMax) continue;
        this.inFlightMax += 1;
        underWay.push(appendInTurn());
      }
    };
    const underWay = Array.from({ length: this.inFlightMax }, appendInTurn);
    // More are added during the wait.
    for (const one of underWay) await one;
    if (failures.length === 0) return;
    this.inFlightMax = 1;
    throw failures[0];
  }

  private async appendOne(event: SpooledEvent): Promise<void> {
    const { spool, target, logger } = this.options;
    this.isEmptying = true;
    try {
      // One at a time: the server may know some of several already, and would refuse them all.
      await target.append(event.streamName, [event], 'any');
      spool.appended(event);
      this.attempt = 0;
    } catch (error) {
      if (!(error instanceof AppendRefused)) throw error;
      const position = String(await spool.setAside(event));
      logger.error(
        { reason: error.message, eventId: event.eventId, position },
        'the log refuses a spooled event permanently; it stays in the spool, at this position',
      );
    }
  }
}

function isOfLog(error: unknown): boolean {
  return error instanceof StoreUnavailable || error instanceof StoreOverloaded || error instanceof LogUnusable;
}
