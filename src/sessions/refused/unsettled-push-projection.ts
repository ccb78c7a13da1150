import type { ArrivedCallback, NextChange } from '../../projecting/arrived-callback.ts';
import type { ReadModelWriter } from '../../projecting/file/read-model-writer.ts';
import { refusedPushOf } from './refused-push-fields.ts';
import { insertSession, putSession, withFacts } from '../stream-session-projection.ts';
import type { StoredSessionView } from '../stream-session-fields.ts';
import {
  accountOf,
  unknownAccount,
  withDelivery,
  type SessionCallback,
  type StreamSession,
  accountOfPart,
  isRefusal,
  partOf,
  partWith,
  partWithoutAccount,
  pushesOf,
  type PushPart,
} from '../stream-session.ts';

interface UnsettledPush {
  readonly callback: SessionCallback;
  /** What was known before the callback. */
  readonly parts: readonly PushPart[];
}

/**
 * Folds a callback's first arrival into its part, and changes the sessions and refused pushes that follow from all parts. Returns the row
 * of its session; null if its push was refused.
 */
export function projectUnsettledPush(
  rows: ReadModelWriter,
  { callback, parts }: UnsettledPush,
  { position, digest, arrival, nextChange }: ArrivedCallback,
): number | null {
  const appId = accountOf(callback);
  const known = appId === unknownAccount ? [...parts, ...settledParts(rows, callback.sequence, parts)] : parts;
  const old = partOf(known, appId);
  const part = partWith(old, callback, digest, arrival.receivedAtMs);
  const all = [...known.filter((one) => one !== old), part];
  if (appId === unknownAccount || (part.isRefused && isRefusal(callback))) {
    rows.unsettledPushes.noteCallback(position, part, digest);
  }
  const [before, after] = [pushesOf(known), pushesOf(all)];
  const rowOf = (pushes: readonly PushPart[], account: string) => {
    const push = pushes.find(({ session }) => session.appId === accountOfPart(pushes, account));
    if (push === undefined || push.isRefused) return null;
    return rows.sessions.find(push.session.appId, callback.sequence)?.id ?? null;
  };
  const movable = known.filter((one) => one.isRefused || one.session.appId === unknownAccount);
  const rowsBefore = movable.map(({ session }) => rowOf(before, session.appId));
  putPushes(rows, before, after, { position, nextChange });
  for (const [index, one] of movable.entries()) {
    const row = rowOf(after, one.session.appId);
    if (row !== rowsBefore[index]) rows.unsettledPushes.moveCallbacks(one, row);
  }
  // If all callbacks name an account, it matters no more that its first ones were refusals once another has come.
  const isSettled = partWithoutAccount(all) === null;
  if (!isSettled) for (const one of all) rows.unsettledPushes.put(one);
  else if (part.isRefused) rows.unsettledPushes.put(part);
  else rows.unsettledPushes.settle(part);
  return rowOf(after, appId);
}

/** Counts a redelivery in the part of the callback and, if its push was refused, there. */
export function countInUnsettledPush(
  rows: ReadModelWriter,
  callback: SessionCallback,
  parts: readonly PushPart[],
  { position, arrival }: ArrivedCallback,
): void {
  const old = partOf(parts, accountOf(callback));
  if (old === null) return;
  const part = { ...old, session: withDelivery(old.session, arrival.receivedAtMs) };
  rows.unsettledPushes.put(part);
  for (const push of pushesOf([...parts.filter((one) => one !== old), part])) {
    if (push.isRefused) putRefused(rows, push.session, position);
  }
}

/** The sessions of other accounts with the sequence, which callbacks without an account may belong to. */
function settledParts(rows: ReadModelWriter, sequence: string, parts: readonly PushPart[]): readonly PushPart[] {
  if (partWithoutAccount(parts) !== null) return [];
  return rows.sessions.ofSequence(sequence).map(({ session }) => ({ session, isRefused: false }));
}

type Change = Pick<ArrivedCallback, 'position' | 'nextChange'>;

/** Changes the pushes of a sequence: those that were become those that are. */
function putPushes(
  rows: ReadModelWriter,
  before: readonly PushPart[],
  after: readonly PushPart[],
  { position, nextChange }: Change,
): void {
  const isAmong = (pushes: readonly PushPart[], { session, isRefused }: PushPart) =>
    partOf(pushes, session.appId)?.isRefused === isRefused;
  const gone = before.filter((push) => !isAmong(after, push));
  for (const { session, isRefused } of gone) if (isRefused) rows.refusedPushes.remove(session);
  // A session goes only if its callbacks without an account, which made it one, are now another account's, or nobody's.
  const ended = gone.find(({ isRefused }) => !isRefused);
  const renamed = ended === undefined ? null : rows.sessions.find(ended.session.appId, ended.session.sequence);
  const heir = ended === undefined ? null : accountOfPart(after, unknownAccount);
  for (const push of after) {
    const { session, isRefused } = push;
    if (before.includes(push)) continue;
    if (isRefused) putRefused(rows, session, position);
    else putUnsettledSession(rows, session, session.appId === heir ? renamed : null, nextChange);
  }
}

function putUnsettledSession(
  rows: ReadModelWriter,
  session: StreamSession,
  renamed: StoredSessionView | null,
  nextChange: NextChange,
): void {
  const stored = renamed ?? rows.sessions.find(session.appId, session.sequence);
  const folded = withFacts(rows, session);
  if (stored === null) insertSession(rows, folded, nextChange);
  else putSession(rows, stored, folded, nextChange);
}

function putRefused(rows: ReadModelWriter, session: StreamSession, position: bigint): void {
  const { sequence, end } = session;
  const callbackPosition = end === null ? null : rows.unsettledPushes.positionOf(sequence, end.digest);
  rows.refusedPushes.put(refusedPushOf(session, callbackPosition ?? position), position);
}
