import {
  AppendRefused,
  noPosition,
  StoreOverloaded,
  StoreUnavailable,
  type AppendedEvents,
  type EventStore,
} from '../event-store.ts';
import type { Spool } from './spool.ts';
import { steadyClock, type Clock } from '../../kernel/clock.ts';

/** The result for spooled events: the log has not given them a revision and a position yet. */
export const notInLogYet: AppendedEvents = { revision: -1n, position: noPosition };

/**
 * Milliseconds that the event loop may be late while callbacks are still appended to the log. An append has three seconds
 * from its start, but CSS waits from when it sends the callback, to a process that may be busy.
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
  /** Milliseconds by which this process's event loop is late. */
  readonly loopDelayMs: () => number;
}

/**
 * Appends to the log, or to the spool if the log does not store the events in time. Resolves once they are durable in one
 * of them. Does not try the log while it is known to be away, or while this process is too late to answer in time: a spool
 * commit, shared by many callbacks, costs far less than an append to the log.
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

/** How late this thread's event loop is. */
export type EventLoopDelay = ReturnType<typeof measureEventLoopDelay>;

/** Measures with a timer that does not keep the process alive. `elapsedMs` is a monotonic clock. */
export function measureEventLoopDelay(elapsedMs: Clock = steadyClock) {
  let dueAtMs = elapsedMs() + measureEveryMs;
  let previousMs = 0;
  const lateMs = () => Math.max(0, elapsedMs() - dueAtMs);
  const timer = setInterval(() => {
    previousMs = lateMs();
    dueAtMs = elapsedMs() + measureEveryMs;
  }, measureEveryMs);
  timer.unref();
  return {
    /**
     * Milliseconds that something ready to be handled has waited at most: since this measurement's timer was due, or the
     * delay of the previous one if that is more, because what arrived meanwhile is handled after the timer.
     */
    delayMs: () => Math.max(lateMs(), previousMs),
    stop: () => clearInterval(timer),
  };
}
