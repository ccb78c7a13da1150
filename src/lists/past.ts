import { LedgerError } from '../kernel/errors.ts';

/** Callbacks refolded at most for one answer about the past: some 0.2 s of work, in slices. */
export const pastCallbacksMax = 2_000;

/** A callback to refold, at its first arrival. */
export interface PastCallback {
  readonly position: bigint;
  /** How often it has arrived by now. If only once, there is no redelivery to look for. */
  readonly deliveries: number;
}

/** What was known of the log: all events up to a position that were recorded by a moment (null: at any time). */
export interface PastMoment {
  readonly position: bigint;
  readonly recordedAtMs: number | null;
}

/** Finds the callbacks to refold for the past of one session or task. */
export interface PastReader {
  /** The position of the first callback recorded after a moment, by the log's clock; null: there is none. */
  firstRecordedAfter(recordedAtMs: number): bigint | null;
  /* Both throw a LedgerError, OPERATION_TOO_COSTLY, if there are more than `pastCallbacksMax`. */
  /** Callbacks of the session and its neighbours; with `withTasks`, also those of the tasks that fed it. */
  callbacksOfSession(sessionRow: number, until: bigint, withTasks: boolean): readonly PastCallback[];
  /**
   * Callbacks of the task and of all tasks whose exits depend on each other; with `withSessions`, also those of the
   * sessions that it fed.
   */
  callbacksOfTask(taskRow: number, until: bigint, withSessions: boolean): readonly PastCallback[];
}

/** The error for a past with too many callbacks to refold. */
export function pastTooCostly(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `More than ${pastCallbacksMax} callbacks would have to be folded again to answer as of that moment.`,
  );
}
