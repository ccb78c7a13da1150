import type { SessionOrderKey } from '../../../domain/stream-session/stream-session-view.ts';

/** What one transaction knows of the sessions of one stream. */
export interface StreamCache<Session> {
  /** A session that the file does not have yet. */
  add(session: Session): void;
  /** The session right before a place, and the one right after it: null where there is none, undefined where it is not known. */
  before(place: SessionOrderKey): Session | null | undefined;
  after(place: SessionOrderKey): Session | null | undefined;
  /** The sessions that were added since this was last asked; they are to be written. */
  takeUnstored(): readonly Session[];
}

/**
 * Holds the end of a stream: its newest session in the file (null: it has none), and whatever is added from there on. So the
 * neighbours of every place behind that session are known. No session may change its place meanwhile.
 */
export function cacheStream<Session>(
  newest: Session | null,
  placeOf: (session: Session) => SessionOrderKey,
): StreamCache<Session> {
  const tail: Session[] = newest === null ? [] : [newest];
  const isWhole = newest === null;
  let unstored: Session[] = [];

  /** How many sessions of the tail stand before a place, or at it. */
  function countUntil(place: SessionOrderKey, orAt: boolean): number {
    let [low, high] = [0, tail.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const session = tail[middle];
      if (session === undefined) break;
      const order = compareOrderKeys(placeOf(session), place);
      if (order < 0 || (orAt && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(session) {
      unstored.push(session);
      const index = countUntil(placeOf(session), false);
      if (index > 0 || isWhole) tail.splice(index, 0, session);
    },
    before(place) {
      const index = countUntil(place, false);
      if (index > 0) return tail[index - 1];
      return isWhole ? null : undefined;
    },
    after(place) {
      const index = countUntil(place, true);
      if (index > 0 || isWhole) return tail[index] ?? null;
      return undefined;
    },
    takeUnstored() {
      const taken = unstored;
      unstored = [];
      return taken;
    },
  };
}

/** Places of one stream, in the order of its sessions, as the index has it. */
export function compareOrderKeys(one: SessionOrderKey, other: SessionOrderKey): number {
  if (one.orderedAtMs !== other.orderedAtMs) return one.orderedAtMs - other.orderedAtMs;
  if (one.sequenceOrder === other.sequenceOrder) return 0;
  // SQLite compares bytes of UTF-8, which is another order than that of JavaScript's strings.
  return Buffer.compare(Buffer.from(one.sequenceOrder), Buffer.from(other.sequenceOrder));
}
