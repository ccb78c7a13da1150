import type Database from 'better-sqlite3';
import { sessionViewOf, type SessionOrderKey } from '../../../domain/stream-session/stream-session-view.ts';
import type { StreamSessionToPut, StoredSessionView } from '../../read-model-writer.ts';
import { cacheKey, type NotStored } from './cached-rows.ts';
import { fullBloomFilter, emptyBloomFilter } from './bloom-filter.ts';
import { compareOrderKeys, cacheStream, type StreamCache } from './stream-cache.ts';
import { toFoldText } from '../stream-sessions/session-fold-text.ts';
import { prepareSessions } from '../stream-sessions/session-statements.ts';
import { toSessionColumns, toStreamSessionRow, type SessionColumns } from '../stream-sessions/session-columns.ts';

/** One session that the transaction has touched: one object for its row, however often it is found. */
interface HeldSession {
  row: StoredSessionView;
  /** The row as it stands in the file, if it does. */
  stored: StoredSessionView | NotStored;
}

/**
 * Stream sessions as the projector sees them within one transaction: held in memory from the first touch on, folded there,
 * and written once by `flush`. Neighbours are answered from memory near the end of a stream, where nearly all sessions come in;
 * elsewhere the stream's new sessions are written first, so that the file can be asked. A session that moves is
 * written at once: so the file always has every session that it has at all in its right place.
 */
export function cacheSessions(db: Database.Database) {
  const sql = prepareSessions(db);
  const byId = new Map<number, HeldSession>();
  const bySequence = new Map<string, HeldSession>();
  const streams = new Map<string, StreamCache<HeldSession>>();
  const dirty = new Set<HeldSession>();
  /** Keys of sessions and of streams: the two never look alike. */
  const keys = sql.lastId.get() === null ? emptyBloomFilter() : fullBloomFilter;
  let lastId: number | null = null;

  function hold(columns: SessionColumns | undefined): HeldSession | null {
    if (columns === undefined) return null;
    const known = byId.get(columns.id);
    if (known !== undefined) return known;
    const { id, session, status, changed } = toStreamSessionRow(columns);
    const row = { id, session, view: sessionViewOf(session), status, changed };
    return remember({ row, stored: row });
  }

  function remember(held: HeldSession): HeldSession {
    const { id, session } = held.row;
    byId.set(id, held);
    bySequence.set(cacheKey(session.appId, session.sequence), held);
    return held;
  }

  function streamOf(streamKey: string): StreamCache<HeldSession> {
    const known = streams.get(streamKey);
    if (known !== undefined) return known;
    const newest = keys.mayHave(streamKey) ? hold(sql.newest.get(streamKey)) : null;
    const stream = cacheStream(newest, placeOf);
    streams.set(streamKey, stream);
    return stream;
  }

  function insert({ session, view, status, changed }: StreamSessionToPut): number {
    lastId ??= sql.lastId.get() ?? 0;
    const row = { id: ++lastId, session, view, status, changed };
    const { orderKey: place } = view;
    // Before the session is held, so that the file is asked for the others only.
    const stream = place === null ? null : streamOf(place.streamKey);
    const held = remember({ row, stored: { firstPosition: changed.position } });
    dirty.add(held);
    stream?.add(held);
    keys.note(cacheKey(session.appId, session.sequence));
    if (place !== null) keys.note(place.streamKey);
    return row.id;
  }

  function write(held: HeldSession): void {
    const { row, stored } = held;
    // What is spread comes last: a property that is added to a copy costs more than all of the copy.
    const columns = { session: toFoldText(row.session), ...toSessionColumns(row) };
    if ('firstPosition' in stored) sql.insert({ id: row.id, first_position: stored.firstPosition, ...columns });
    else sql.update(row.id, columns, toSessionColumns(stored));
    held.stored = row;
    dirty.delete(held);
  }

  function storeAllOf(stream: StreamCache<HeldSession>): void {
    for (const held of stream.takeUnstored()) if ('firstPosition' in held.stored) write(held);
  }

  /** Its old stream and its new one are asked of the file from now on. */
  function move(held: HeldSession, row: StoredSessionView): void {
    const oldPlace = held.row.view.orderKey;
    held.row = row;
    if (row.view.orderKey !== null) keys.note(row.view.orderKey.streamKey);
    for (const place of [oldPlace, row.view.orderKey]) {
      const stream = place === null ? undefined : streams.get(place.streamKey);
      if (place === null || stream === undefined) continue;
      storeAllOf(stream);
      streams.delete(place.streamKey);
    }
    if (held.stored !== row) write(held);
  }

  return {
    find: (appId: string, sequence: string): StoredSessionView | null => {
      const key = cacheKey(appId, sequence);
      const held = bySequence.get(key);
      if (held !== undefined) return held.row;
      return keys.mayHave(key) ? (hold(sql.bySequence.get(sequence, appId))?.row ?? null) : null;
    },

    byId: (id: number): StoredSessionView | null => {
      return (byId.get(id) ?? hold(sql.byId.get(id)))?.row ?? null;
    },

    put: (toPut: StreamSessionToPut): number => {
      if (toPut.id === null) return insert(toPut);
      const held = byId.get(toPut.id) ?? hold(sql.byId.get(toPut.id));
      if (held === null) throw new Error('There is no such session.');
      const { id, session, view, status, changed } = toPut;
      const row = { id, session, view, status, changed };
      if (isSamePlace(held.row.view.orderKey, row.view.orderKey)) {
        held.row = row;
        dirty.add(held);
      } else {
        move(held, row);
      }
      return row.id;
    },

    before: (place: SessionOrderKey): StoredSessionView | null => {
      const { streamKey, orderedAtMs, sequenceOrder } = place;
      const stream = streamOf(streamKey);
      const known = stream.before(place);
      if (known !== undefined) return known?.row ?? null;
      storeAllOf(stream);
      return hold(sql.before.get(streamKey, orderedAtMs, sequenceOrder))?.row ?? null;
    },

    after: (place: SessionOrderKey): StoredSessionView | null => {
      const { streamKey, orderedAtMs, sequenceOrder } = place;
      const stream = streamOf(streamKey);
      const known = stream.after(place);
      if (known !== undefined) return known?.row ?? null;
      storeAllOf(stream);
      return hold(sql.after.get(streamKey, orderedAtMs, sequenceOrder))?.row ?? null;
    },

    /** Writes what has changed, in the order of the table. */
    flush(): void {
      for (const held of [...dirty].sort((one, other) => one.row.id - other.row.id)) write(held);
    },

    /** Forgets everything, written or not: another transaction begins, or this one has failed. */
    forget(): void {
      for (const all of [byId, bySequence, streams, dirty]) all.clear();
      lastId = null;
    },
  };
}

function placeOf({ row }: HeldSession): SessionOrderKey {
  if (row.view.orderKey === null) throw new Error('A session of a stream has a place in it.');
  return row.view.orderKey;
}

function isSamePlace(one: SessionOrderKey | null, other: SessionOrderKey | null): boolean {
  if (one === null || other === null) return one === other;
  return one.streamKey === other.streamKey && compareOrderKeys(one, other) === 0;
}
