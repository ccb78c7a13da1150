import type { FactSubject, OperatorFact as Fact } from './operator-fact.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { Role } from '../api/context.ts';
import { innerListMax } from '../api/cost.ts';
import { writeFactId } from '../api/node-id.ts';
import type { OperatorFact } from './operator-fact-type.ts';
import { textForRole } from '../api/redact.ts';

/** A fact as an object of the schema, as this role may read it. */
export function toOperatorFact(
  { position, eventId, kind, text, by, atMs, endedAtMs, withdrawal }: Fact,
  role: Role,
): OperatorFact {
  return {
    id: writeFactId({ position, eventId }),
    kind,
    text: textForRole(text, role),
    by,
    atMs,
    endedAtMs,
    withdrawal:
      withdrawal === null
        ? null
        : { by: withdrawal.by, atMs: withdrawal.atMs, reason: textForRole(withdrawal.text, role) },
  };
}

/** The newest facts about a session or a task, as a field lists them. */
export function operatorFactsOf(
  { operatorFacts }: Pick<ReadModelReader, 'operatorFacts'>,
  subject: FactSubject,
  role: Role,
): OperatorFact[] {
  const newestFirst = [...operatorFacts.of(subject)].reverse();
  return newestFirst.slice(0, innerListMax).map((fact) => toOperatorFact(fact, role));
}

/** The description of such a field. */
export const operatorFactsDescription =
  'Facts that operators stated about it, including withdrawn ones, newest first, at most 100: see `addNote`.';
