import { AppendRefused, StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import { noPosition, type AppendedEvents, type EventStore } from '../event-store/event-store.ts';
import type { Spool } from './spool.ts';
import { steadyClock, type Clock } from '../kernel/clock.ts';

/** The result for events that are in the spool: the log has not given them a revision and a position yet. */
export const notInLogYet: AppendedEvents = { revision: -1n, position: noPosition };

/**
 * Milliseconds that the event loop may be late while callbacks are still appended to the log. An append is given three seconds
 * from its beginning; CSS waits five, which begin when the callback is on its way to a process that may be busy.
 */
export const loopDelayMsMax = 500;

export interface SpoolingAppendOptions {
  readonly target: {
    /** Resolves or rejects within a bounded time, whatever the log does. */
    readonly append: EventStore['append'];
    /** Null while the log answers. */
    away(): { readonly reason: string } | null;
  };
  /** Null: what can't be appended is refused. */
  readonly spool: Pick<Spool, 'keep' | 'fullBecause'> | null;
  /** Milliseconds by which the event loop of this process is late. */
  readonly loopDelayMs: () => number;
}

/**
 * Appends to the log, or to the spool if the log does not store it in time: resolves once the events are durable in one of
 * them. Does not try the log while it is known to be away, nor while this process is so late that an answer in time is at
 * risk: a commit of the spool, shared by many callbacks, costs it far less than an append to the log.
 * @throws StoreUnavailable, StoreOverloaded, AppendRefused - neither stored them, unless the error says that they may be stored
 */
export function createSpoolingAppend({ target, spool, loopDelayMs }: SpoolingAppendOptions): EventStore['append'] {
  const cause = (): StoreUnavailable | null => {
    const away = target.away();
    if (away !== null) return new StoreUnavailable(away.reason);
    const isLate = loopDelayMs() > loopDelayMsMax && spool?.fullBecause() === null;
    return isLate ? new StoreUnavailable('This process is too busy to append to the log in time.') : null;
  };
  return async (streamName, events, expected) => {
    let failure: StorageError | null = cause();
    if (failure === null) {
      try {
        return await target.append(streamName, events, expected);
      } catch (error) {
        if (!isStorageError(error)) throw error;
        failure = error;
      }
    }
    if (spool === null) throw failure;
    try {
      await spool.keep(streamName, events);
    } catch (error) {
      const mayBeStored = failure instanceof StoreUnavailable && failure.mayBeStored;
      if (!isStorageError(error) || !mayBeStored) throw error;
      throw new StoreUnavailable(error.message, { mayBeStored, cause: error });
    }
    return notInLogYet;
  };
}

type StorageError = StoreUnavailable | StoreOverloaded | AppendRefused;

function isStorageError(error: unknown): error is StorageError {
  return error instanceof StoreUnavailable || error instanceof StoreOverloaded || error instanceof AppendRefused;
}

/** Milliseconds between two measurements. */
const measureEveryMs = 100;

/** How late the event loop of this thread is. */
export interface EventLoopDelay {
  /**
   * Milliseconds that something which could be handled now has been waiting at most: since the loop should have run the timer of
   * this measurement, or as late as it ran it the last time, because what arrived meanwhile is handled after it.
   */
  delayMs(): number;
  stop(): void;
}

/** Measures by a timer, which does not keep the process alive. `elapsedMs` is a monotonic clock. */
export function measureEventLoopDelay(elapsedMs: Clock = steadyClock): EventLoopDelay {
  let dueAtMs = elapsedMs() + measureEveryMs;
  let previousMs = 0;
  const lateMs = () => Math.max(0, elapsedMs() - dueAtMs);
  const timer = setInterval(() => {
    previousMs = lateMs();
    dueAtMs = elapsedMs() + measureEveryMs;
  }, measureEveryMs);
  timer.unref();
  return {
    delayMs: () => Math.max(lateMs(), previousMs),
    stop() {
      clearInterval(timer);
    },
  };
}
