import type { GraphqlContext } from '../api/context.ts';
import { deprecated, objectType, orNull } from '../api/declare-type.ts';
import { RelayTask, toRelayTask } from '../relay/relay-task-type.ts';
import { StreamSession, toStreamSession } from '../sessions/stream-session-type.ts';
import { OperatorFact, operatorFactFields, toOperatorFact } from './operator-fact-type.ts';
import type { FactSubject, OperatorFact as Fact } from './operator-fact.ts';

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
