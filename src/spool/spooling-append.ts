import { AppendRefused, StoreOverloaded, StoreUnavailable } from '../event-store/errors.ts';
import type { AppendedEvents, EventStore } from '../event-store/event-store.ts';
import type { Spool } from './spool.ts';

/** Of what stands in the spool: its place in the log is not known yet. */
export const placeNotKnownYet: AppendedEvents = { revision: -1n, position: -1n };

export interface SpoolingAppendOptions {
  readonly target: {
    /** Answers within a bounded time, whatever the log does. */
    readonly append: EventStore['append'];
    /** Null while the log answers. */
    away(): { readonly reason: string } | null;
  };
  /** Null: what can't be appended is refused. */
  readonly spool: Pick<Spool, 'keep'> | null;
}

/**
 * Appends to the log, or to the spool where the log does not take it in time: resolves once the events are durable in one of
 * them. While the log is known to be away nothing waits for it.
 * @throws StoreUnavailable, StoreOverloaded - neither took it; what is told of it says whether it may be stored all the same
 */
export function createSpoolingAppend({ target, spool }: SpoolingAppendOptions): EventStore['append'] {
  return async (streamName, events, expected) => {
    const away = target.away();
    let failure: OfTheLog | null = away === null ? null : new StoreUnavailable(away.reason);
    if (failure === null) {
      try {
        return await target.append(streamName, events, expected);
      } catch (error) {
        if (!isOfTheLog(error)) throw error;
        failure = error;
      }
    }
    if (spool === null) throw failure;
    try {
      await spool.keep(streamName, events);
    } catch (error) {
      const mayBeStored = failure instanceof StoreUnavailable && failure.mayBeStored;
      if (!isOfTheLog(error) || !mayBeStored) throw error;
      throw new StoreUnavailable(error.message, { mayBeStored, cause: error });
    }
    return placeNotKnownYet;
  };
}

type OfTheLog = StoreUnavailable | StoreOverloaded | AppendRefused;

function isOfTheLog(error: unknown): error is OfTheLog {
  return error instanceof StoreUnavailable || error instanceof StoreOverloaded || error instanceof AppendRefused;
}
