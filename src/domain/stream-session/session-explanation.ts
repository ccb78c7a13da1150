import type { PushFacts } from '../callback/callback.ts';
import { sessionViewOf, type StreamSessionView } from './stream-session-view.ts';
import { withCallback, type SessionCallback, type StreamSession } from './stream-session.ts';

/** A callback of a session, at its first arrival. */
export interface OfferingCallback {
  readonly callback: SessionCallback;
  /** Digest of its identity. */
  readonly digest: string;
  readonly receivedAtMs: number;
}

/** Fields of a session that its callbacks give, in the order in which they are explained. */
export const explainedFields = [
  'domain',
  'path',
  'streamId',
  'channelId',
  'node',
  'userIp',
  'streamParam',
  'startedAtMs',
  'endedAtMs',
  'pushDurationMs',
  'endCode',
  'endMessage',
] as const satisfies readonly (keyof StreamSessionView)[];
export type ExplainedField = (typeof explainedFields)[number];

/** Which callback set a field, and what others say of it. */
export interface FieldExplanation<Offering extends OfferingCallback = OfferingCallback> {
  readonly field: ExplainedField;
  readonly value: string | number | null;
  /** Null: none of those that count says anything of it. */
  readonly setBy: Offering | null;
  /** What others say that differs, and was not taken, in the order of the callbacks. */
  readonly others: readonly { readonly value: string | number; readonly by: Offering }[];
}

/** Explains each field that any of its callbacks says something of; these are all of one session. */
export function explainSession<Offering extends OfferingCallback>(
  offerings: readonly Offering[],
): readonly FieldExplanation<Offering>[] {
  let session: StreamSession | null = null;
  for (const { callback, digest, receivedAtMs } of offerings) {
    session = withCallback(session, callback, digest, receivedAtMs);
  }
  if (session === null) return [];
  const view = sessionViewOf(session);
  const by = (digest: string | undefined) => offerings.find((one) => one.digest === digest) ?? null;
  const [push, end] = [by(session.push?.digest), by(session.end?.digest)];
  return explainedFields.flatMap((field): FieldExplanation<Offering>[] => {
    const offer = offers[field];
    const valueOf = (one: Offering | null) => (one === null ? null : offer(one.callback));
    const setBy = isOfEnd.has(field) ? end : valueOf(push) !== null ? push : valueOf(end) !== null ? end : null;
    const value = view[field];
    const others = offerings.flatMap((one) => {
      const offered = one === setBy ? null : offer(one.callback);
      return offered === null || offered === value ? [] : [{ value: offered, by: one }];
    });
    return value === null && others.length === 0 ? [] : [{ field, value, setBy, others }];
  });
}

/** Fields that only interruptions give: that of the session decides, also where it says nothing. */
const isOfEnd: ReadonlySet<ExplainedField> = new Set(['endedAtMs', 'pushDurationMs', 'endCode', 'endMessage']);

type Offer = (callback: SessionCallback) => string | number | null;

const fact =
  (name: keyof PushFacts): Offer =>
  ({ facts }) =>
    facts[name];

/** What a callback says of a field. */
const offers: Readonly<Record<ExplainedField, Offer>> = {
  domain: ({ facts }) => facts.domain?.toLowerCase() ?? null,
  path: fact('path'),
  streamId: fact('streamId'),
  channelId: fact('channelId'),
  node: fact('node'),
  userIp: fact('userIp'),
  streamParam: fact('streamParam'),
  startedAtMs: (callback) => aloneOf(callback).startedAtMs,
  endedAtMs: (callback) => aloneOf(callback).endedAtMs,
  pushDurationMs: (callback) => aloneOf(callback).pushDurationMs,
  endCode: (callback) => aloneOf(callback).endCode,
  endMessage: (callback) => aloneOf(callback).endMessage,
};

/** What a session would be that has this callback only. */
function aloneOf(callback: SessionCallback): StreamSessionView {
  return sessionViewOf(withCallback(null, callback, '', 0));
}
