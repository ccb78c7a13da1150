import { ID } from 'type-graphql';
import type { OperatorFactKind } from './operator-fact.ts';
import { DateTimeScalar } from '../api/scalars-type.ts';
import { enumType, objectType, orNull } from '../api/declare-type.ts';

const OperatorFactKindEnum = enumType<OperatorFactKind>('OperatorFactKind', 'What an operator states.', {
  CLOSED: 'The session has ended, and its interruption is lost.',
  NOTE: 'A text attached to a session or a task.',
});

const byDescription =
  'Who stated it: the name of the token in API_TOKENS that was sent. Null if the token has no name, or no token is needed.';

const OperatorFactWithdrawal = objectType('OperatorFactWithdrawal', 'How an operator withdrew a fact.', {
  by: [orNull(String), byDescription],
  atMs: [DateTimeScalar, 'When it was withdrawn, by the clock of the node that recorded it.'],
  reason: [
    String,
    'The reason, in the operator’s words. For viewers, "(hidden)" replaces queries and logins of URLs in it.',
  ],
});

export const OperatorFact = objectType(
  'OperatorFact',
  'What an operator states about a session or a task. It is an event of the log that adds to the callbacks and never replaces them.',
  {
    id: [ID, 'Opaque id of this fact, for `withdrawFact`. It never changes.'],
    kind: [OperatorFactKindEnum, 'What is stated.'],
    text: [
      String,
      'Why the session was closed, or the note itself. For viewers, "(hidden)" replaces queries and logins of URLs in it.',
    ],
    by: [orNull(String), byDescription],
    atMs: [DateTimeScalar, 'When it was stated, by the clock of the node that recorded it.'],
    endedAtMs: [orNull(DateTimeScalar), 'When the session ended, if the operator knew. Null for notes.'],
    withdrawal: [
      orNull(OperatorFactWithdrawal),
      'How it was withdrawn; a withdrawn fact has no effect. Null if it was not withdrawn.',
    ],
  },
);
export type OperatorFact = InstanceType<typeof OperatorFact>;
