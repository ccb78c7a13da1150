import { ID } from 'type-graphql';
import type { OperatorFactKind } from '../../domain/operator-facts/operator-fact.ts';
import { DateTimeScalar } from '../scalars.ts';
import { enumType, objectType, orNull } from './declare.ts';

const OperatorFactKindEnum = enumType<OperatorFactKind>('OperatorFactKind', 'What an operator states.', {
  CLOSED: 'The session has ended, and its interruption is lost.',
  NOTE: 'Words beside a session or a task.',
});

const byDescription =
  'Who: the name of the token in API_TOKENS that was sent. Null if that token has no name, or none is needed.';

const OperatorFactWithdrawal = objectType('OperatorFactWithdrawal', 'How an operator took a fact back.', {
  by: [orNull(String), byDescription],
  atMs: [DateTimeScalar, 'When, by the clock of the node that took it.'],
  reason: [String, 'Why, in the operator’s words. For viewers, "(hidden)" replaces queries and logins of URLs in it.'],
});

export const OperatorFact = objectType(
  'OperatorFact',
  'What an operator states about a session or a task: an event of the log, beside the callbacks and never instead of them.',
  {
    id: [ID, 'Opaque id of this fact, for `withdrawFact`. It never changes.'],
    kind: [OperatorFactKindEnum, 'What is stated.'],
    text: [
      String,
      'Why the session was closed; or the note itself. For viewers, "(hidden)" replaces queries and logins of URLs in it.',
    ],
    by: [orNull(String), byDescription],
    atMs: [DateTimeScalar, 'When it was stated, by the clock of the node that took it.'],
    endedAtMs: [orNull(DateTimeScalar), 'When the session ended, where the operator knew. Null for notes.'],
    withdrawal: [
      orNull(OperatorFactWithdrawal),
      'How it was taken back: then it changes nothing any more. Null if it was not.',
    ],
  },
);
export type OperatorFact = InstanceType<typeof OperatorFact>;
