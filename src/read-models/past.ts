import { LedgerError } from '../kernel/errors.ts';

/** Callbacks that are folded again for one answer about the past: some 0.2 s of work, in slices. */
export const pastCallbacksMax = 2_000;

/** A callback that is to be folded again, by its first arrival. */
export interface PastCallback {
  readonly position: bigint;
  /** How often it has arrived by now: if once, no redelivery has to be looked for. */
  readonly deliveries: number;
}

/** Up to where the log was known: all events up to a position, that were recorded by a moment (null: whenever). */
export interface PastMoment {
  readonly position: bigint;
  readonly recordedAtMs: number | null;
}

/** Which callbacks have to be folded again to know the past of one session or task. */
export interface PastReader {
  /** The position of the first callback that was recorded after a moment, by the log's clock; null: none was. */
  firstRecordedAfter(recordedAtMs: number): bigint | null;
  /* Both throw a LedgerError, OPERATION_TOO_COSTLY, where these are more than `pastCallbacksMax`. */
  /** Of the session and its neighbours; with all that belongs to the tasks that fed it, if asked for. */
  callbacksOfSession(sessionRow: number, until: bigint, withTasks: boolean): readonly PastCallback[];
  /** Of the task and of all whose exits depend on each other; with the sessions that it fed, if asked for. */
  callbacksOfTask(taskRow: number, until: bigint, withSessions: boolean): readonly PastCallback[];
}

/** Says that too much would have to be folded again. */
export function pastTooCostly(): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `More than ${pastCallbacksMax} callbacks would have to be folded again to answer as of that moment.`,
  );
}
