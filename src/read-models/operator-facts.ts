import type { FactSubject, OperatorFact, RecordedFact } from '../domain/operator-facts/operator-fact.ts';

/** Facts and withdrawals about one session or task: more are refused, so that an answer stays small. */
export const factEventsMax = 200;

/** The projector's side: part of `ReadModelWriter`, inside its transaction. */
export interface OperatorFactWriter {
  /** False where this very event is there already: an event id may be in the log twice. */
  insert(fact: RecordedFact): boolean;
  /** All facts about a subject. Costs next to nothing where there are none about anything. */
  of(subject: FactSubject): readonly OperatorFact[];
}

/** What queries ask of them. Each call reads in one transaction. */
export interface OperatorFactReader {
  of(subject: FactSubject): readonly OperatorFact[];
  /** How many facts and withdrawals there are about a subject. */
  countOf(subject: FactSubject): number;
  /** A fact by its event, and what it is about. Null: there is none, or it is a withdrawal. */
  at(event: {
    readonly position: bigint;
    readonly eventId: string;
  }): { readonly subject: FactSubject; readonly fact: OperatorFact } | null;
}
