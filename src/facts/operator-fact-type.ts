import { ID } from 'type-graphql';
import { innerListMax } from '../api/cost.ts';
import { DateTimeScalar, enumType, objectType, orNull, deprecated } from '../api/declare-type.ts';
import { writeFactId } from '../api/node-id.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';
import type { FactSubject, OperatorFact as Fact, OperatorFactKind } from './operator-fact-events.ts';
import type { GraphqlContext } from '../api/context.ts';
import { RelayTask, toRelayTask } from '../relay/relay-task-type.ts';
import { StreamSession, toStreamSession } from '../sessions/stream-session-type.ts';

const OperatorFactKindEnum = enumType<OperatorFactKind>('OperatorFactKind', 'What an operator states.', {
  CLOSED: 'The session has ended, and its interruption is lost.',
  NOTE: 'A text attached to a session or a task.',
});

const byDescription =
  'Who stated it: the name of the token in API_TOKENS that was sent. Null if the token has no name, or no token is needed.';

const OperatorFactWithdrawal = objectType('OperatorFactWithdrawal', 'How an operator withdrew a fact.', {
  by: [orNull(String), byDescription],
  atMs: [DateTimeScalar, 'When it was withdrawn, by the clock of the node that recorded it.'],
  reason: [String, 'The reason, in the operator’s words.', { hidden: 'CREDENTIALS' }],
});

const operatorFactFields = {
  id: [ID, 'Opaque id of this fact, for `withdrawFact`. It never changes.'],
  kind: [OperatorFactKindEnum, 'What is stated.'],
  text: [String, 'Why the session was closed, or the note itself.', { hidden: 'CREDENTIALS' }],
  by: [orNull(String), byDescription],
  atMs: [DateTimeScalar, 'When it was stated, by the clock of the node that recorded it.'],
  endedAtMs: [orNull(DateTimeScalar), 'When the session ended, if the operator knew. Null for notes.'],
  withdrawal: [
    orNull(OperatorFactWithdrawal),
    'How it was withdrawn; a withdrawn fact has no effect. Null if it was not withdrawn.',
  ],
} as const;

export const OperatorFact = objectType(
  'OperatorFact',
  'What an operator states about a session or a task. It is an event of the log that adds to the callbacks and never replaces them.',
  operatorFactFields,
);
export type OperatorFact = InstanceType<typeof OperatorFact>;

/** A fact as an object of the schema. */
function toOperatorFact(fact: Fact): OperatorFact {
  const { position, eventId, kind, text, by, atMs, endedAtMs, withdrawal } = fact;
  return {
    id: writeFactId({ position, eventId }),
    kind,
    text,
    by,
    atMs,
    endedAtMs,
    withdrawal: withdrawal === null ? null : { by: withdrawal.by, atMs: withdrawal.atMs, reason: withdrawal.text },
  };
}

/** The newest facts about a session or a task, as a field lists them. */
export function operatorFactsOf(
  { operatorFacts }: Pick<ReadModelReader, 'operatorFacts'>,
  subject: FactSubject,
): OperatorFact[] {
  const newestFirst = [...operatorFacts.of(subject)].reverse();
  return newestFirst.slice(0, innerListMax).map(toOperatorFact);
}

/** The description of such a field. */
export const operatorFactsDescription =
  'Facts that operators stated about it, including withdrawn ones, newest first, at most 100: see `addNote`.';

const nullIfLate = 'Also null if this node did not show it in time; it is durable all the same.';

const streamSession = [
  orNull(StreamSession),
  `The session that the fact is about, with the fact. ${nullIfLate}`,
] as const;

const subjectFields = {
  streamSession: [orNull(StreamSession), `The session with the fact, if it is about a session. ${nullIfLate}`],
  relayTask: [orNull(RelayTask), `The task with the fact, if it is about a relay task. ${nullIfLate}`],
} as const;

/** The fields of the fact itself, which mutations answered with before they had payloads. */
const ofFact = deprecated(operatorFactFields, 'Select it in `fact`.');

export const CloseStreamSessionPayload = objectType('CloseStreamSessionPayload', 'A session that was closed.', {
  fact: [OperatorFact, 'The fact that closes it.'],
  streamSession,
  ...ofFact,
});

export const AddNotePayload = objectType('AddNotePayload', 'A note that was added.', {
  fact: [OperatorFact, 'The note.'],
  ...subjectFields,
  ...ofFact,
});

export const WithdrawFactPayload = objectType('WithdrawFactPayload', 'A fact that was withdrawn.', {
  fact: [OperatorFact, 'The fact, with its withdrawal.'],
  ...subjectFields,
  ...ofFact,
});
export type OperatorFactPayload = InstanceType<typeof AddNotePayload>;

/** What a fact, or its withdrawal at this position, has changed, as this node shows it now. */
export function toFactPayload(
  { readModel }: GraphqlContext,
  { subject, fact, position }: { readonly subject: FactSubject; readonly fact: Fact; readonly position: bigint },
): OperatorFactPayload {
  const { type, appId, key } = subject;
  const isShown = (readModel.checkpoint() ?? -1n) >= position;
  const [session] = isShown && type === 'StreamSession' ? readModel.streamSessionsBySequence(key, appId, 1) : [];
  const [task] = isShown && type === 'RelayTask' ? readModel.relay.tasksByTaskId(key, appId, 1) : [];
  const shown = toOperatorFact((isShown ? readModel.operatorFacts.at(fact)?.fact : null) ?? fact);
  return {
    ...shown,
    fact: shown,
    streamSession: session === undefined ? null : toStreamSession(session),
    relayTask: task === undefined ? null : toRelayTask(task),
  };
}
