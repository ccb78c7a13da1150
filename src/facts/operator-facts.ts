import type { FactSubject, OperatorFact, RecordedFact } from './operator-fact.ts';

/** Facts and withdrawals about one session or task at most, so that an answer stays small; more are refused. */
export const factEventsMax = 200;

/** The projector's access: part of `ReadModelWriter`, inside its transaction. */
export interface OperatorFactWriter {
  /** False if this event is already stored: an event id may be in the log twice. */
  insert(fact: RecordedFact): boolean;
  /** All facts about a subject. Costs almost nothing while the log has no facts at all. */
  of(subject: FactSubject): readonly OperatorFact[];
}

/** What queries read about facts. Each call reads in one transaction. */
export interface OperatorFactReader {
  of(subject: FactSubject): readonly OperatorFact[];
  /** The number of facts and withdrawals about a subject. */
  countOf(subject: FactSubject): number;
  /** A fact by its event, with its subject. Null: there is none, or it is a withdrawal. */
  at(event: {
    readonly position: bigint;
    readonly eventId: string;
  }): { readonly subject: FactSubject; readonly fact: OperatorFact } | null;
}
