import type { QuarantinedEventRef } from './quarantine-records-events.ts';

/**
 * What became of one decision. DONE: it is durable. GONE: the log no longer has the event. UNREADABLE: the body is not
 * a JSON object, so it can't be released. NOT_STORED: the log could not store the decision; the caller may repeat it.
 */
export type DecisionOutcome = 'DONE' | 'GONE' | 'UNREADABLE' | 'NOT_STORED';

/**
 * Records operators' decisions on quarantined callbacks as events. Outcomes are in the order of the argument. Each call
 * resolves once queries show its decisions, or after a bounded time; they are durable either way.
 */
export interface QuarantineDecisions {
  /**
   * Appends each callback as if it had just been accepted, with its first receivedAt. Repeated calls, even concurrent
   * ones or after a lost answer, count once: the id of the new event is derived from that of the quarantined one.
   */
  release(events: readonly QuarantinedEventRef[]): Promise<readonly DecisionOutcome[]>;
  discard(events: readonly QuarantinedEventRef[]): Promise<readonly DecisionOutcome[]>;
}
