import type { Callback } from '../callbacks/callback.ts';
import { closedAtMsOf } from '../facts/operator-fact-events.ts';
import {
  accountOf,
  isSessionCallback,
  mayInclude,
  unknownAccount,
  withCallback,
  withDelivery,
  type SessionCallback,
  type StreamSession,
  isRefusal,
  partOf,
  partWithoutAccount,
  type PushPart,
} from './stream-session.ts';
import {
  sessionStatusOf,
  sessionViewOf,
  type SessionOrderKey,
  type StreamSessionStatus,
  type StreamSessionView,
} from './stream-session-view.ts';
import type { NeighbourSessions, StoredSessionView } from './stream-session-fields.ts';
import type { ReadModelWriter } from '../projecting/file/read-model-writer.ts';
import type { ArrivedCallback, NextChange } from '../projecting/arrived-callback.ts';

/** A callback that names its push, and what was known of that push before. */
export interface NamedSession {
  readonly callback: SessionCallback;
  /** The session of its account before the callback; null if there is none. */
  readonly before: StoredSessionView | null;
  /** If it depends on other callbacks which session it belongs to: what is known of its push. Null for nearly all. */
  readonly parts: readonly PushPart[] | null;
}

/** The session that a callback names; null if it belongs to none. */
export function namedSession(rows: ReadModelWriter, callback: Callback): NamedSession | null {
  if (!isSessionCallback(callback)) return null;
  const appId = accountOf(callback);
  const before = rows.sessions.find(appId, callback.sequence);
  const parts = rows.unsettledPushes.partsOf(callback.sequence);
  const isUnsettled =
    appId === unknownAccount ||
    partWithoutAccount(parts) !== null ||
    partOf(parts, appId) !== null ||
    (before === null && isRefusal(callback));
  return { callback, before, parts: isUnsettled ? parts : null };
}

/** False only if the callback's session shows that no equal callback came before. */
export function mayBeKnown(named: NamedSession | null, digest: string): boolean {
  if (named === null) return true;
  if (named.parts !== null) return named.parts.length > 0;
  // Equal identities name the same session, so a callback that its session does not include is stored nowhere.
  return named.before !== null && mayInclude(named.before.session, digest);
}

/** Folds a callback's first arrival into its session and returns the id of the session's row. */
export function projectIntoSession(
  rows: ReadModelWriter,
  { callback, before }: NamedSession,
  { digest, arrival, nextChange }: ArrivedCallback,
): number {
  const session = withCallback(before?.session ?? null, callback, digest, arrival.receivedAtMs);
  return before === null
    ? insertSession(rows, withFacts(rows, session), nextChange)
    : putSession(rows, before, fold(session), nextChange);
}

/** The session with the end that operators state. */
export function withFacts(rows: ReadModelWriter, session: StreamSession): Folded {
  const { appId, sequence } = session;
  const facts = rows.operatorFacts.of({ type: 'StreamSession', appId, key: sequence });
  return fold({ ...session, closedAtMs: closedAtMsOf(facts) });
}

/** Replaces a session by what it has become. */
export function putSession(
  rows: ReadModelWriter,
  before: StoredSessionView,
  folded: Folded,
  nextChange: NextChange,
): number {
  if (!isSameOrder(before.view.orderKey, folded.view.orderKey)) return moveSession(rows, before, folded, nextChange);
  // LIVE means that no session comes after it.
  const status = before.status.state === 'LIVE' ? sessionStatusOf(folded.view, null) : statusOf(rows, folded.view);
  const id = rows.sessions.put({ id: before.id, ...folded, status, changed: nextChange() });
  if (!isSameEnd(before.view, folded.view)) putStatusOfPrevious(rows, before.view, folded.view, nextChange);
  return id;
}

/** Sets the end that operators state (null: it has not ended). This changes the session, whatever its state before. */
export function closeSession(
  rows: ReadModelWriter,
  before: StoredSessionView,
  closedAtMs: number | null,
  nextChange: NextChange,
): void {
  const folded = fold({ ...before.session, closedAtMs });
  rows.sessions.put({ ...before, ...folded, status: statusOf(rows, folded.view), changed: nextChange() });
}

/** Counts a redelivery in the callback's session. This is a change only if it changes the session's position. */
export function countInSession(
  rows: ReadModelWriter,
  sessionId: number,
  { arrival, nextChange }: ArrivedCallback,
): void {
  const before = rows.sessions.byId(sessionId);
  if (before === null) return;
  const folded = fold(withDelivery(before.session, arrival.receivedAtMs));
  if (isSameOrder(before.view.orderKey, folded.view.orderKey)) rows.sessions.put({ ...before, ...folded });
  else moveSession(rows, before, folded, nextChange);
}

type Folded = Pick<StoredSessionView, 'session' | 'view'>;

function fold(session: StreamSession): Folded {
  return { session, view: sessionViewOf(session) };
}

// Besides the session itself, a session's status depends only on the start and the end of the next one in its stream. So only the session
// and the sessions right before its old and its new position can change.

const noNeighbours: NeighbourSessions = { previous: null, next: null };

/** Adds a new session between its neighbours, decides again on the one before it, and returns the id of its row. */
export function insertSession(rows: ReadModelWriter, folded: Folded, nextChange: NextChange): number {
  const { session, view } = folded;
  const changed = nextChange();
  const { previous, next } = view.orderKey === null ? noNeighbours : rows.sessions.neighboursOfNew(view.orderKey);
  const status = sessionStatusOf(view, next?.view ?? null);
  const id = rows.sessions.put({ id: null, session, view, status, changed });
  if (previous !== null) {
    putStatus(rows, previous, sessionStatusOf(previous.view, view), nextChange);
  }
  const isAtSameMoment = [previous, next].some((neighbour) => neighbour?.view.orderedAtMs === view.orderedAtMs);
  if (view.orderKey !== null && isAtSameMoment) rows.sessions.putInOrder(view.orderKey);
  return id;
}

function moveSession(rows: ReadModelWriter, before: StoredSessionView, folded: Folded, nextChange: NextChange): number {
  const { id } = before;
  const changed = nextChange();
  // Moves it first, so that it is not found as its own neighbour.
  rows.sessions.put({ ...before, ...folded, changed });
  const status = statusOf(rows, folded.view);
  if (!isSameStatus(before.status, status)) rows.sessions.put({ id, ...folded, status, changed });
  const positions = [before.view.orderKey, folded.view.orderKey].filter((position) => position !== null);
  // One at a moment of its own is listed as it arrived. Putting in order stores all that waits to be stored, so it is not done for nothing.
  if (positions.some((position) => isShared(rows, position))) {
    for (const position of positions) rows.sessions.putInOrder(position);
  }
  for (const position of positions) {
    const neighbour = rows.sessions.before(position);
    if (neighbour === null || neighbour.id === id) continue;
    putStatus(rows, neighbour, statusOf(rows, neighbour.view), nextChange);
  }
  return id;
}

/** Whether other sessions of the stream began, or begin, at that moment. */
function isShared(rows: ReadModelWriter, position: SessionOrderKey): boolean {
  const neighbours = [rows.sessions.before(position), rows.sessions.after(position)];
  return neighbours.some((neighbour) => neighbour?.view.orderedAtMs === position.orderedAtMs);
}

function putStatus(
  rows: ReadModelWriter,
  row: StoredSessionView,
  status: StreamSessionStatus,
  nextChange: NextChange,
): void {
  if (!isSameStatus(row.status, status)) rows.sessions.put({ ...row, status, changed: nextChange() });
}

function statusOf(rows: ReadModelWriter, view: StreamSessionView): StreamSessionStatus {
  const next = view.orderKey === null ? null : rows.sessions.after(view.orderKey);
  return sessionStatusOf(view, next?.view ?? null);
}

/** Updates the previous session after this one's end has changed. */
function putStatusOfPrevious(
  rows: ReadModelWriter,
  before: StreamSessionView,
  view: StreamSessionView,
  nextChange: NextChange,
): void {
  const { orderKey, endedAtMs } = view;
  if (orderKey === null) return;
  // While it ran, this session counted as the one that took over; it still does unless it ended before the other session did.
  const previous =
    before.ended || endedAtMs === null
      ? rows.sessions.before(orderKey)
      : rows.sessions.beforeIfEndedAfter(orderKey, endedAtMs);
  if (previous?.view.ended === true) putStatus(rows, previous, sessionStatusOf(previous.view, view), nextChange);
}

function isSameEnd(one: StreamSessionView, other: StreamSessionView): boolean {
  return one.ended === other.ended && one.endedAtMs === other.endedAtMs;
}

function isSameOrder(one: SessionOrderKey | null, other: SessionOrderKey | null): boolean {
  return (
    one?.streamKey === other?.streamKey &&
    one?.orderedAtMs === other?.orderedAtMs &&
    one?.sequenceOrder === other?.sequenceOrder
  );
}

function isSameStatus(one: StreamSessionStatus, other: StreamSessionStatus): boolean {
  return one.state === other.state && one.endSide === other.endSide;
}
