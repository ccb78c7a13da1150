import { isSessionCallback, withCallback, withDelivery, type StreamSession } from '../domain/stream-session.ts';
import { standingOf, type StreamStanding } from '../domain/stream-standing.ts';
import { tellStreamSession, type StreamPlace, type ToldStreamSession } from '../domain/told-stream-session.ts';
import type { ReadModelWriter } from '../read-models/read-model-writer.ts';
import type { StreamSessionRow } from '../read-models/rows.ts';
import type { ArrivedCallback, NextPlace } from './arrived-callback.ts';

/** Folds a callback's first arrival into its session; the id of that session's row, or null where it names none. */
export function projectIntoSession(
  rows: ReadModelWriter,
  { callback, identity, arrival }: ArrivedCallback,
  nextPlace: NextPlace,
): number | null {
  if (!isSessionCallback(callback)) return null;
  const before = rows.findStreamSession(callback.appId, callback.sequence);
  const after = withCallback(before?.session ?? null, callback, identity.toString('hex'), arrival.receivedAtMs);
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
  if (samePlace(tellStreamSession(before.session).place, tellStreamSession(session).place)) {
    rows.putStreamSession({ ...before, session });
  } else {
    putSession(rows, before, session, nextPlace);
  }
}

/**
 * Writes a session and what follows from it for its neighbours: what is said of a session depends on the next one of its
 * stream only, so the sessions before its old and before its new place are all that can change with it.
 */
function putSession(
  rows: ReadModelWriter,
  before: StreamSessionRow | null,
  session: StreamSession,
  nextPlace: NextPlace,
): number {
  const oldPlace = before === null ? null : tellStreamSession(before.session).place;
  const told = tellStreamSession(session);
  const changed = nextPlace();
  // Its standing is told once it stands in its place, so that it never finds itself as its own neighbour.
  const standing: StreamStanding = before?.standing ?? { state: 'LIVE', endSide: null };
  const id = rows.putStreamSession({ id: before?.id ?? null, session, standing, changed });
  const current = standingAt(rows, told);
  if (!sameStanding(standing, current)) rows.setStanding(id, current, changed);
  for (const place of samePlace(oldPlace, told.place) ? [told.place] : [oldPlace, told.place]) {
    const neighbour = place === null ? null : rows.sessionBefore(place);
    if (neighbour === null || neighbour.id === id) continue;
    const standingNow = standingAt(rows, tellStreamSession(neighbour.session));
    if (!sameStanding(neighbour.standing, standingNow)) rows.setStanding(neighbour.id, standingNow, nextPlace());
  }
  return id;
}

function standingAt(rows: ReadModelWriter, told: ToldStreamSession): StreamStanding {
  const next = told.place === null ? null : rows.sessionAfter(told.place);
  return standingOf(told, next === null ? null : tellStreamSession(next.session).orderedAtMs);
}

function samePlace(one: StreamPlace | null, other: StreamPlace | null): boolean {
  return (
    one?.streamKey === other?.streamKey &&
    one?.orderedAtMs === other?.orderedAtMs &&
    one?.sequenceOrder === other?.sequenceOrder
  );
}

function sameStanding(one: StreamStanding, other: StreamStanding): boolean {
  return one.state === other.state && one.endSide === other.endSide;
}
