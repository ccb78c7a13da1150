import type Database from 'better-sqlite3';
import {
  cacheKey,
  createRowCache,
  emptyBloomFilter,
  fullBloomFilter,
  isNew,
  type CachedRow,
} from '../projecting/file/row-cache.ts';
import type { StoredSessionView, StreamSessionToPut } from './stream-session-fields.ts';
import { prepareSessionTable, toStreamSessionRow, type SessionColumns } from './stream-session-table.ts';
import { sessionViewOf, type SessionOrderKey } from './stream-session-view.ts';

/**
 * Caches the end of a stream: its newest session in the file (null if it has none) and everything added after it. So the neighbours of
 * every key after that session are known. Meanwhile, no session may change its key.
 */
function createStreamCache<Session>(newest: Session | null, keyOf: (session: Session) => SessionOrderKey) {
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
    /** Adds a session that the file does not have yet. */
    add(session: Session): void {
      unstored.push(session);
      const index = countUntil(keyOf(session), false);
      if (index > 0 || isWhole) tail.splice(index, 0, session);
    },
    /** The session right before a key, and right after it: null if there is none, undefined if unknown. */
    before(key: SessionOrderKey): Session | null | undefined {
      const index = countUntil(key, false);
      if (index > 0) return tail[index - 1];
      return isWhole ? null : undefined;
    },
    after(key: SessionOrderKey): Session | null | undefined {
      const index = countUntil(key, true);
      if (index > 0 || isWhole) return tail[index] ?? null;
      return undefined;
    },
    /** Returns the sessions added since the last call. */
    takeUnstored(): readonly Session[] {
      const taken = unstored;
      unstored = [];
      return taken;
    },
  };
}

/** Compares keys of one stream as its index does. */
function compareOrderKeys(one: SessionOrderKey, other: SessionOrderKey): number {
  if (one.orderedAtMs !== other.orderedAtMs) return one.orderedAtMs - other.orderedAtMs;
  if (one.sequenceOrder === other.sequenceOrder) return 0;
  // SQLite compares the bytes of UTF-8; JavaScript orders strings differently.
  return Buffer.compare(Buffer.from(one.sequenceOrder), Buffer.from(other.sequenceOrder));
}

/** Learns of each session that is written, and of how it was stored (null: it is new). */
interface SessionWritten {
  sessionWritten(row: StoredSessionView, stored: StoredSessionView | null): void;
}

type CachedSession = CachedRow<StoredSessionView, StoredSessionView>;
type StreamCache = ReturnType<typeof createStreamCache<CachedSession>>;

/**
 * Stream sessions as the projector sees them within one transaction, folded in memory and written once by `flush`. Memory answers neighbour
 * look-ups near the end of a stream, where nearly all sessions begin; for other look-ups, the stream's new sessions are written first, and
 * the file answers. A session that moves is written at once, so every session in the file has its current order key there.
 */
export function createSessionCache(db: Database.Database, written: SessionWritten) {
  const sessions = createCachedSessions(db, written);
  const { rows, keys, sql } = sessions;
  const streams = createCachedStreams(sessions);

  function insert(toPut: StreamSessionToPut): number {
    const { orderKey } = toPut.view;
    // Runs before the session is cached, so that the stream begins with the file's sessions.
    const stream = orderKey === null ? null : streams.of(orderKey.streamKey);
    const cached = sessions.add(toPut);
    stream?.add(cached);
    return cached.row.id;
  }

  function move(cached: CachedSession, row: StoredSessionView): void {
    const oldKey = cached.row.view.orderKey;
    const newKey = row.view.orderKey;
    rows.change(cached, row);
    if (newKey !== null) keys.note(newKey.streamKey);
    for (const orderKey of [oldKey, newKey]) if (orderKey !== null) streams.drop(orderKey.streamKey);
    rows.store(cached);
  }

  return {
    find: sessions.find,
    ofSequence: (sequence: string) => sessions.ofSequence(sequence),
    byId: (id: number): StoredSessionView | null => sessions.byId(id)?.row ?? null,
    put: (toPut: StreamSessionToPut): number => {
      if (toPut.id === null) return insert(toPut);
      const cached = sessions.byId(toPut.id);
      if (cached === null) throw new Error('The session to be updated does not exist.');
      const { id, session, view, status, changed } = toPut;
      const row = { id, session, view, status, changed };
      if (session.appId !== cached.row.session.appId) {
        sessions.rename(cached, session);
        move(cached, row);
      } else if (isSameKey(cached.row.view.orderKey, view.orderKey)) rows.change(cached, row);
      else move(cached, row);
      return id;
    },
    neighboursOfNew: (key: SessionOrderKey) => {
      // Caches the stream from now on, because the new session will be in it.
      streams.of(key.streamKey);
      return { previous: streams.neighbour('before', key), next: streams.neighbour('after', key) };
    },
    before: (key: SessionOrderKey) => streams.neighbour('before', key),
    beforeIfEndedAfter: (key: SessionOrderKey, endedAfterMs: number) => streams.beforeIfEndedAfter(key, endedAfterMs),
    after: (key: SessionOrderKey) => streams.neighbour('after', key),
    /** Lists the sessions of a stream that began at one moment in the order of their sequences, not of their arrival. */
    putInOrder({ streamKey, orderedAtMs }: SessionOrderKey): void {
      rows.flush();
      sql.putInOrder(streamKey, orderedAtMs);
    },
    flush: rows.flush,
    forget(): void {
      streams.forget();
      sessions.forget();
    },
  };
}

/** The order of sessions within their streams. */
function createCachedStreams({ sql, rows, keys, cached, byId }: ReturnType<typeof createCachedSessions>) {
  const streams = new Map<string, StreamCache>();

  function of(streamKey: string): StreamCache {
    const known = streams.get(streamKey);
    if (known !== undefined) return known;
    const newest = keys.mayHave(streamKey) ? cached(sql.newest(streamKey)) : null;
    const stream = createStreamCache(newest, orderKeyOf);
    streams.set(streamKey, stream);
    return stream;
  }

  function storeNew(stream: StreamCache): void {
    for (const session of stream.takeUnstored()) if (isNew(session)) rows.store(session);
  }

  /** The neighbour from memory; undefined if only the file knows it. */
  function knownNeighbour(side: 'before' | 'after', key: SessionOrderKey): StoredSessionView | null | undefined {
    const stream = streams.get(key.streamKey);
    if (stream === undefined) return undefined;
    const known = stream[side](key);
    if (known === undefined) storeNew(stream);
    return known === undefined ? undefined : (known?.row ?? null);
  }

  function storedBeforeIfEndedAfter(key: SessionOrderKey, endedAfterMs: number): StoredSessionView | null {
    const found = sql.endOfBefore.get(key.streamKey, key.orderedAtMs, key.sequenceOrder);
    if (found === undefined) return null;
    const { id, ended_at: endedAtMs } = found;
    // Its end may have changed in this transaction, which the file does not show yet.
    const changed = rows.byId(id) ?? (isAfter(endedAtMs, endedAfterMs) ? byId(id) : null);
    return changed?.row ?? null;
  }

  return {
    of,
    /** Neighbours in this stream come from the file from now on. */
    drop(streamKey: string): void {
      const stream = streams.get(streamKey);
      if (stream === undefined) return;
      storeNew(stream);
      streams.delete(streamKey);
    },
    neighbour(side: 'before' | 'after', key: SessionOrderKey): StoredSessionView | null {
      const known = knownNeighbour(side, key);
      if (known !== undefined) return known;
      return cached(sql[side](key.streamKey, key.orderedAtMs, key.sequenceOrder))?.row ?? null;
    },
    beforeIfEndedAfter(key: SessionOrderKey, endedAfterMs: number): StoredSessionView | null {
      const known = knownNeighbour('before', key);
      const previous = known === undefined ? storedBeforeIfEndedAfter(key, endedAfterMs) : known;
      return previous !== null && isAfter(previous.view.endedAtMs, endedAfterMs) ? previous : null;
    },
    forget(): void {
      streams.clear();
    },
  };
}

function createCachedSessions(db: Database.Database, written: SessionWritten) {
  const sql = prepareSessionTable(db);
  const rows = createRowCache<StoredSessionView, StoredSessionView>(
    ({ session }) => cacheKey(session.appId, session.sequence),
    (cached) => {
      const { row, stored } = cached;
      if ('firstPosition' in stored) sql.insert(row, stored.firstPosition);
      else sql.update(row, stored);
      written.sessionWritten(row, 'firstPosition' in stored ? null : stored);
      cached.stored = row;
    },
  );
  /** Keys of sessions and of streams; the two never collide. */
  const keys = sql.lastId.get() === null ? emptyBloomFilter() : fullBloomFilter;
  let lastId: number | null = null;

  function cached(columns: SessionColumns | undefined): CachedSession | null {
    if (columns === undefined) return null;
    const known = rows.byId(columns.id);
    if (known !== undefined) return known;
    const { id, session, status, changed } = toStreamSessionRow(columns);
    const row = { id, session, view: sessionViewOf(session), status, changed };
    return rows.add(row, row);
  }

  return {
    sql,
    rows,
    keys,
    cached,
    find: (appId: string, sequence: string): StoredSessionView | null => {
      const key = cacheKey(appId, sequence);
      const known = rows.byKey(key);
      if (known !== undefined) return known.row;
      return keys.mayHave(key) ? (cached(sql.bySequence(sequence, appId))?.row ?? null) : null;
    },
    byId: (id: number): CachedSession | null => rows.byId(id) ?? cached(sql.byId(id)),
    add({ session, view, status, changed }: StreamSessionToPut): CachedSession {
      lastId ??= sql.lastId.get() ?? 0;
      lastId += 1;
      keys.note(cacheKey(session.appId, session.sequence));
      if (view.orderKey !== null) keys.note(view.orderKey.streamKey);
      return rows.add({ id: lastId, session, view, status, changed }, { firstPosition: changed.position });
    },
    /** All sessions with a sequence, of whatever account. */
    ofSequence(sequence: string): readonly StoredSessionView[] {
      // Those that are new in this transaction are not in the file yet.
      rows.flush();
      return sql.ofSequence(sequence).flatMap((columns) => cached(columns)?.row ?? []);
    },
    /** Finds it by another account from now on. */
    rename(
      session: CachedSession,
      { appId, sequence }: Pick<StoredSessionView['session'], 'appId' | 'sequence'>,
    ): void {
      const key = cacheKey(appId, sequence);
      keys.note(key);
      rows.rename(session, key);
    },
    forget(): void {
      rows.forget();
      lastId = null;
    },
  };
}

function isAfter(endedAtMs: number | null, momentMs: number): boolean {
  return endedAtMs !== null && endedAtMs > momentMs;
}

function orderKeyOf({ row }: CachedSession): SessionOrderKey {
  if (row.view.orderKey === null) throw new Error('A session in a stream has an order key.');
  return row.view.orderKey;
}

function isSameKey(one: SessionOrderKey | null, other: SessionOrderKey | null): boolean {
  if (one === null || other === null) return one === other;
  return one.streamKey === other.streamKey && compareOrderKeys(one, other) === 0;
}
