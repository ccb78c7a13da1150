import type Database from 'better-sqlite3';
import type { KnownCallback, ReadModelWriter } from '../read-model-writer.ts';
import { cacheRelayTasks } from './write-cache/relay-task-cache.ts';
import { cacheSessions } from './write-cache/session-cache.ts';
import { createRelayTaskTables } from './relay-tasks/relay-task-tables.ts';
import { createSqliteQuarantineWriter } from './quarantine/sqlite-quarantine.ts';

/**
 * The projector's side of the read models in SQLite; `db` is its alone. Sessions and relay tasks are held in memory within a
 * transaction and written once at its end; callbacks are written at once. Nothing is held from one transaction to the next,
 * so what is held can never differ from the file by what another has done or a failure has undone.
 */
export function createSqliteReadModelWriter(db: Database.Database): ReadModelWriter {
  const sql = prepareStatements(db);
  const sessions = cacheSessions(db);
  const relay = cacheRelayTasks(createRelayTaskTables(db));
  const held = [sessions, relay];

  return {
    relay: relay.writer,
    quarantine: createSqliteQuarantineWriter(db),
    logId: sql.logId.get() ?? '',
    checkpoint: () => sql.checkpoint.get() ?? null,
    transaction(work) {
      if (db.inTransaction) throw new Error('A transaction of the read models does not nest.');
      for (const part of held) part.forget();
      try {
        return db
          .transaction(() => {
            const result = work();
            for (const part of held) part.flush();
            return result;
          })
          .immediate();
      } finally {
        for (const part of held) part.forget();
      }
    },
    saveCheckpoint: (position, recordedAtMs) => void sql.saveCheckpoint.run(position, recordedAtMs),
    savePoisoned: ({ position, streamName, reason }) => void sql.savePoisoned.run(position, streamName, reason),

    findCallback({ occurredAtMs, identity, receivedAtMs }, windowMs) {
      const receivedSince = windowMs === null ? -Infinity : receivedAtMs - windowMs;
      const found = sql.findCallback.get(occurredAtMs, identity, Math.max(receivedSince, Number.MIN_SAFE_INTEGER));
      if (found === undefined) return null;
      if (windowMs !== null && found.received_at > receivedAtMs + windowMs) return null;
      return {
        position: BigInt(found.position),
        eventId: found.event_id,
        receivedAtMs: found.received_at,
        sessionId: found.session_id,
        taskRow: found.task_row,
        atMs: found.at,
      };
    },

    insertCallback(callback, belonging) {
      const { position, eventId, identity, eventType, callbackEvent, appId } = callback;
      const { occurredAtMs, receivedAtMs, recordedAtMs, signature } = callback;
      const { sessionId, taskRow, attribution, relay: part } = belonging;
      // By place, one after the other: this is the most frequent statement of all. A first delivery is its own last one.
      const values = [
        position,
        eventId,
        identity,
        eventType,
        callbackEvent,
        appId,
        occurredAtMs,
        receivedAtMs,
        recordedAtMs,
        receivedAtMs,
        signature,
        sessionId,
        taskRow,
        attribution,
      ] as const;
      if (part === null) {
        sql.insertCallback.run(...values);
        return;
      }
      const { kind, atMs, event, sourceKey } = part;
      sql.insertRelayCallback.run(...values, atMs, kind, JSON.stringify(event), sourceKey);
      if (sourceKey !== null) relay.sawNamelessExit(sourceKey);
    },

    isDelivered: ({ occurredAtMs, identity }, eventId) =>
      sql.findDelivery.get(occurredAtMs, identity, eventId, eventId) !== undefined,

    addDelivery(callback: KnownCallback, eventId, receivedAtMs) {
      if (eventId === callback.eventId) return false;
      if (sql.insertRedelivery.run(callback.position, eventId).changes === 0) return false;
      sql.countDelivery.run(receivedAtMs, receivedAtMs, callback.position);
      return true;
    },

    findStreamSession: sessions.find,
    streamSessionById: sessions.byId,
    putStreamSession: sessions.put,
    sessionBefore: sessions.before,
    sessionAfter: sessions.after,
  };
}

interface FoundCallback {
  readonly position: number;
  readonly event_id: string;
  readonly received_at: number;
  readonly session_id: number | null;
  readonly task_row: number | null;
  readonly at: number | null;
}

const callbackColumns = [
  'position',
  'event_id',
  'identity',
  'event_type',
  'callback_event',
  'app_id',
  'occurred_at',
  'received_at',
  'recorded_at',
  'last_received_at',
  'signature',
  'session_id',
  'task_row',
  'attribution',
] as const;

const relayColumns = ['at', 'relay_kind', 'relay_event', 'source_key'] as const;

function insertCallbackSql(columns: readonly string[]): string {
  const marks = columns.map(() => '?').join(', ');
  return `INSERT INTO callbacks (${columns.join(', ')}, deliveries) VALUES (${marks}, 1)`;
}

function prepareStatements(db: Database.Database) {
  return {
    logId: db.prepare<[], string>('SELECT log_id FROM progress').pluck(),
    checkpoint: db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers(),
    saveCheckpoint: db.prepare<[bigint, number]>('UPDATE progress SET position = ?, recorded_at = ?'),
    savePoisoned: db.prepare<[bigint, string, string]>(
      'INSERT OR REPLACE INTO poisoned (position, stream_name, reason) VALUES (?, ?, ?)',
    ),
    findCallback: db.prepare<[number | null, Uint8Array, number], FoundCallback>(
      `SELECT position, event_id, received_at, session_id, task_row, at FROM callbacks
       WHERE occurred_at IS ? AND identity = ? AND last_received_at >= ?
       ORDER BY last_received_at LIMIT 1`,
    ),
    findDelivery: db.prepare<[number | null, Uint8Array, string, string], number>(
      `SELECT 1 FROM callbacks WHERE occurred_at IS ? AND identity = ? AND (event_id = ? OR EXISTS (
         SELECT 1 FROM redeliveries WHERE callback_position = callbacks.position AND event_id = ?)) LIMIT 1`,
    ),
    // Two statements: most callbacks are no relay's, and each parameter costs.
    insertCallback: db.prepare(insertCallbackSql(callbackColumns)),
    insertRelayCallback: db.prepare(insertCallbackSql([...callbackColumns, ...relayColumns])),
    insertRedelivery: db.prepare<[bigint, string]>(
      'INSERT OR IGNORE INTO redeliveries (callback_position, event_id) VALUES (?, ?)',
    ),
    countDelivery: db.prepare<[number, number, bigint]>(
      `UPDATE callbacks SET deliveries = deliveries + 1, last_received_at = max(last_received_at, ?),
         received_at = min(received_at, ?) WHERE position = ?`,
    ),
  };
}
