import type { SessionOrderKey } from './stream-session-view.ts';

/** The order of a stream's sessions, as far as one transaction knows it. */
export interface StreamCache<Session> {
  /** Adds a session that the file does not have yet. */
  add(session: Session): void;
  /** The session right before a key, and right after it: null if there is none, undefined if unknown. */
  before(key: SessionOrderKey): Session | null | undefined;
  after(key: SessionOrderKey): Session | null | undefined;
  /** Returns the sessions added since the last call. */
  takeUnstored(): readonly Session[];
}

/**
 * Caches the end of a stream: its newest session in the file (null if it has none) and everything added after it. So the neighbours of
 * every key after that session are known. Meanwhile, no session may change its key.
 */
export function createStreamCache<Session>(
  newest: Session | null,
  keyOf: (session: Session) => SessionOrderKey,
): StreamCache<Session> {
  const tail: Session[] = newest === null ? [] : [newest];
  const isWhole = newest === null;
  let unstored: Session[] = [];

  /** Counts the sessions of the tail before a key, or up to and including it. */
  function countUntil(key: SessionOrderKey, orAt: boolean): number {
    let [low, high] = [0, tail.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const session = tail[middle];
      if (session === undefined) break;
      const order = compareOrderKeys(keyOf(session), key);
      if (order < 0 || (orAt && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(session) {
      unstored.push(session);
      const index = countUntil(keyOf(session), false);
      if (index > 0 || isWhole) tail.splice(index, 0, session);
    },
    before(key) {
      const index = countUntil(key, false);
      if (index > 0) return tail[index - 1];
      return isWhole ? null : undefined;
    },
    after(key) {
      const index = countUntil(key, true);
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

/** Compares keys of one stream as its index does. */
export function compareOrderKeys(one: SessionOrderKey, other: SessionOrderKey): number {
  if (one.orderedAtMs !== other.orderedAtMs) return one.orderedAtMs - other.orderedAtMs;
  if (one.sequenceOrder === other.sequenceOrder) return 0;
  // SQLite compares the bytes of UTF-8; JavaScript orders strings differently.
  return Buffer.compare(Buffer.from(one.sequenceOrder), Buffer.from(other.sequenceOrder));
}
