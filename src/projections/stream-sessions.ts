import type { Callback } from '../domain/callback/callback.ts';
import {
  isSessionCallback,
  mayHold,
  withCallback,
  withDelivery,
  type SessionCallback,
  type StreamSession,
} from '../domain/stream-session/stream-session.ts';
import { sessionStatusOf, type StreamSessionStatus } from '../domain/stream-session/session-status.ts';
import {
  sessionViewOf,
  type SessionOrderKey,
  type StreamSessionView,
} from '../domain/stream-session/stream-session-view.ts';
import type { ReadModelWriter, StoredSessionView } from '../read-models/read-model-writer.ts';
import type { ArrivedCallback, NextPlace } from './arrived-callback.ts';

/** The session that a callback names, as it stands before it. */
export interface NamedSession {
  readonly callback: SessionCallback;
  /** Null: the callback is the first of it. */
  readonly before: StoredSessionView | null;
}

/** Null where the callback belongs to no session. */
export function namedSession(rows: ReadModelWriter, callback: Callback): NamedSession | null {
  if (!isSessionCallback(callback)) return null;
  return { callback, before: rows.findStreamSession(callback.appId, callback.sequence) };
}

/** False where the callback's session tells that no callback like this one came before; true where it does not tell. */
export function mayBeKnown(named: NamedSession | null, digest: string): boolean {
  // Equal identities name one session: what its session does not hold, nothing holds.
  if (named === null) return true;
  return named.before !== null && mayHold(named.before.session, digest);
}

/** Folds a callback's first arrival into its session; the id of that session's row. */
export function projectIntoSession(
  rows: ReadModelWriter,
  { callback, before }: NamedSession,
  { digest, arrival }: ArrivedCallback,
  nextPlace: NextPlace,
): number {
  const after = withCallback(before?.session ?? null, callback, digest, arrival.receivedAtMs);
  return putSession(rows, before, after, nextPlace);
}

/** Counts a redelivery in the session of its callback. It is not a change, unless the session moves by it. */
export function countInSession(
  rows: ReadModelWriter,
  sessionId: number,
  { arrival }: ArrivedCallback,
  nextPlace: NextPlace,
): void {
  const before = rows.streamSessionById(sessionId);
  if (before === null) return;
  const session = withDelivery(before.session, arrival.receivedAtMs);
  const told = sessionViewOf(session);
  if (samePlace(before.view.orderKey, told.orderKey)) rows.putStreamSession({ ...before, session, view: told });
  else moveSession(rows, before, session, told, nextPlace);
}

/**
 * Writes a session and what follows from it for its neighbours: what is said of a session depends on the next one of its
 * stream only, so the sessions before its old and before its new place are all that can change with it.
 */
function putSession(
  rows: ReadModelWriter,
  before: StoredSessionView | null,
  session: StreamSession,
  nextPlace: NextPlace,
): number {
  const told = sessionViewOf(session);
  if (before === null) return insertSession(rows, session, told, nextPlace);
  if (!samePlace(before.view.orderKey, told.orderKey)) return moveSession(rows, before, session, told, nextPlace);
  const changed = nextPlace();
  // LIVE says that no session follows it.
  const standing = before.status.state === 'LIVE' ? sessionStatusOf(told, null) : standingAt(rows, told);
  return rows.putStreamSession({ id: before.id, session, view: told, status: standing, changed });
}

function insertSession(
  rows: ReadModelWriter,
  session: StreamSession,
  told: StreamSessionView,
  nextPlace: NextPlace,
): number {
  const changed = nextPlace();
  const previous = told.orderKey === null ? null : rows.sessionBefore(told.orderKey);
  const standing = previous?.status.state === 'LIVE' ? sessionStatusOf(told, null) : standingAt(rows, told);
  const id = rows.putStreamSession({ id: null, session, view: told, status: standing, changed });
  if (previous !== null) putStanding(rows, previous, sessionStatusOf(previous.view, told.orderedAtMs), nextPlace);
  return id;
}

function moveSession(
  rows: ReadModelWriter,
  before: StoredSessionView,
  session: StreamSession,
  told: StreamSessionView,
  nextPlace: NextPlace,
): number {
  const { id } = before;
  const changed = nextPlace();
  // Its standing is told once it stands in its place, so that it never finds itself as its own neighbour.
  rows.putStreamSession({ ...before, session, view: told, changed });
  const standing = standingAt(rows, told);
  if (!sameStanding(before.status, standing))
    rows.putStreamSession({ id, session, view: told, status: standing, changed });
  for (const place of [before.view.orderKey, told.orderKey]) {
    const neighbour = place === null ? null : rows.sessionBefore(place);
    if (neighbour === null || neighbour.id === id) continue;
    putStanding(rows, neighbour, standingAt(rows, neighbour.view), nextPlace);
  }
  return id;
}

function putStanding(
  rows: ReadModelWriter,
  row: StoredSessionView,
  standing: StreamSessionStatus,
  nextPlace: NextPlace,
): void {
  if (!sameStanding(row.status, standing)) rows.putStreamSession({ ...row, status: standing, changed: nextPlace() });
}

function standingAt(rows: ReadModelWriter, told: StreamSessionView): StreamSessionStatus {
  const next = told.orderKey === null ? null : rows.sessionAfter(told.orderKey);
  return sessionStatusOf(told, next === null ? null : next.view.orderedAtMs);
}

function samePlace(one: SessionOrderKey | null, other: SessionOrderKey | null): boolean {
  return (
    one?.streamKey === other?.streamKey &&
    one?.orderedAtMs === other?.orderedAtMs &&
    one?.sequenceOrder === other?.sequenceOrder
  );
}

function sameStanding(one: StreamSessionStatus, other: StreamSessionStatus): boolean {
  return one.state === other.state && one.endSide === other.endSide;
}
