import { sessionViewOf, type StreamSessionView } from './stream-session-view.ts';
import { withCallback, type SessionCallback, type StreamSession } from './stream-session.ts';

/** Which callback set a field, and what other callbacks say. */
export interface FieldExplanation<Field extends string, Offering> {
  readonly field: Field;
  readonly value: string | number | null;
  /** Null: no callback that counts has a value. */
  readonly setBy: Offering | null;
  /** Differing values of other callbacks, not taken, in the order of the callbacks. */
  readonly others: readonly { readonly value: string | number; readonly by: Offering }[];
}

/** The explanation of a field, as one entry; none if no callback has a value. `offer` is a callback's value. */
export function explainField<Field extends string, Offering>(
  { field, value, setBy }: Omit<FieldExplanation<Field, Offering>, 'others'>,
  offerings: readonly Offering[],
  offer: (offering: Offering) => string | number | null,
): FieldExplanation<Field, Offering>[] {
  const others = offerings.flatMap((one) => {
    const offered = offer(one);
    return offered === null || offered === value ? [] : [{ value: offered, by: one }];
  });
  return value === null && others.length === 0 ? [] : [{ field, value, setBy, others }];
}

/** A callback of a session at its first arrival. */
export interface OfferingCallback {
  readonly callback: SessionCallback;
  /** Digest of its identity. */
  readonly digest: string;
  readonly receivedAtMs: number;
}

/** Session fields that come from callbacks, in the order in which they are explained. */
export const explainedFields = [
  'domain',
  'path',
  'streamId',
  'channelId',
  'accessPoint',
  'userIp',
  'streamParam',
  'width',
  'height',
  'region',
  'idcId',
  'startedAtMs',
  'endedAtMs',
  'pushDurationMs',
  'endCode',
  'endCodeText',
  'endMessage',
] as const satisfies readonly (keyof StreamSessionView)[];
export type ExplainedField = (typeof explainedFields)[number];

/** Explains each field that any callback offers a value for. Expects all callbacks of one session. */
export function explainSession<Offering extends OfferingCallback>(
  offerings: readonly Offering[],
): readonly FieldExplanation<ExplainedField, Offering>[] {
  let session: StreamSession | null = null;
  for (const { callback, digest, receivedAtMs } of offerings) {
    session = withCallback(session, callback, digest, receivedAtMs);
  }
  if (session === null) return [];
  const view = sessionViewOf(session);
  const by = (digest: string | undefined) => offerings.find((one) => one.digest === digest) ?? null;
  const [push, end] = [by(session.push?.digest), by(session.end?.digest)];
  /** The session that each callback alone would give. */
  const alone = new Map(
    offerings.map((one) => [one, sessionViewOf(withCallback(null, one.callback, one.digest, one.receivedAtMs))]),
  );
  return explainedFields.flatMap((field) => {
    const offer = (one: Offering) => alone.get(one)?.[field] ?? null;
    const says = (one: Offering | null) => one !== null && offer(one) !== null;
    const setBy = isOfEnd.has(field) ? end : says(push) ? push : says(end) ? end : null;
    return explainField({ field, value: view[field], setBy }, offerings, offer);
  });
}

/** Fields that only interruptions give. The session's own interruption decides, even if it has no value for the field. */
const isOfEnd: ReadonlySet<ExplainedField> = new Set([
  'endedAtMs',
  'pushDurationMs',
  'endCode',
  'endCodeText',
  'endMessage',
]);
