import type { Author } from '../log/author.ts';

/** The mutations of the schema, in upper case: `addNote` is `ADD_NOTE`. */
const mutationActions = [
  'ADD_NOTE',
  'CLOSE_STREAM_SESSION',
  'WITHDRAW_FACT',
  'RELEASE_FROM_QUARANTINE',
  'DISCARD_FROM_QUARANTINE',
  'PAUSE_FORWARDING',
  'RESUME_FORWARDING',
  'REPLAY_FORWARDING',
  'SKIP_FORWARDING',
  'SEND_TEST_CALLBACK',
  'ERASE',
] as const;

/** What the audit records. The log has these words, so they never change. */
export const auditActions = [
  ...mutationActions,
  'SIGN_IN',
  'READ_SECRETS',
  'EXPORT',
  'EXPORT_WITH_SECRETS',
  'READ_LOG',
  'APPLY_RETENTION',
  'IMPORT',
  'RESTORE',
  'REBUILD',
  'PROMOTE',
] as const;
export type AuditAction = (typeof auditActions)[number];

/**
 * DONE: it was carried out. UNCHANGED: it was taken, and there was nothing to change. REFUSED: nothing was done. BEGUN: it was about to be carried out; another
 * entry says what came of it, unless the process ended. FAILED: it was begun, and may be done in part.
 */
export const auditOutcomes = ['DONE', 'UNCHANGED', 'REFUSED', 'BEGUN', 'FAILED'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** The action of a mutation. @throws TypeError - the audit does not know it */
export function actionOf(mutation: string): AuditAction {
  const name = mutation.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase();
  const action = auditActions.find((known) => known === name);
  if (action === undefined) throw new TypeError(`The audit has no action for the mutation ${mutation}: add ${name}.`);
  return action;
}

/** What somebody did, or was refused. */
export interface AuditEntry {
  readonly atMs: number;
  readonly author: Author;
  readonly action: AuditAction;
  /** What it was done to: an id, or a name. Null: nothing that has one. */
  readonly object: string | null;
  readonly outcome: AuditOutcome;
  /** Of what was refused or failed: the code of its error. */
  readonly code: string | null;
  /** As the author gave it. */
  readonly reason: string | null;
  /** How often within the minute that begins at `atMs`. Of retention: how many events it removed. */
  readonly count: number;
  /** The id of the event that says that it was begun: both are one entry, with this outcome. Null: there is none. */
  readonly begunId: string | null;
}

/** Characters of an object: as many as several ids have. Longer ones are cut. */
const objectLengthMax = 500;

/** Characters of a reason: as many as mutations take. */
export const reasonLengthMax = 2_000;

/** Names of a list that an object has; the others are counted. */
const objectNamesMax = 5;

/** What ids and names consist of: nothing else that a client sends is kept. */
const nameLike = /^[\w.@:/ -]{1,200}$/;

/** An object from the arguments of what was asked: ids and names alone. */
export function objectOf(names: readonly unknown[]): string | null {
  const kept = names.filter((name): name is string => typeof name === 'string' && nameLike.test(name));
  if (kept.length === 0) return null;
  const more = kept.length - objectNamesMax;
  return `${kept.slice(0, objectNamesMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`.slice(0, objectLengthMax);
}

/** The name in an answer of a field that is noted as `StreamSession.streamParam`, or by its name alone. */
export const fieldNameOf = (noted: string): string => noted.slice(noted.indexOf('.') + 1);
