import type { QuarantinedEventRef } from './quarantine-records.ts';

/**
 * What became of one decision. DONE: it is durable. GONE: the log no longer has the event. UNREADABLE: a body that is not a
 * JSON object can't be released. NOT_STORED: the log could not store the decision; it may be repeated.
 */
export type DecisionOutcome = 'DONE' | 'GONE' | 'UNREADABLE' | 'NOT_STORED';

/**
 * Turns decisions of operators on quarantined callbacks into events. Outcomes are in the order of the argument. Each call
 * resolves once its decisions can be read, or after a bounded time: they are durable either way.
 */
export interface QuarantineDecisions {
  /**
   * Appends each callback as if it had just been accepted, with its first receivedAt. Repeating it, even concurrently or after
   * a lost answer, counts once: the id of the new event is derived from that of the quarantined one.
   */
  release(events: readonly QuarantinedEventRef[]): Promise<readonly DecisionOutcome[]>;
  discard(events: readonly QuarantinedEventRef[]): Promise<readonly DecisionOutcome[]>;
}
