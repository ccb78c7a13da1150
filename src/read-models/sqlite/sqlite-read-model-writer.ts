import type Database from 'better-sqlite3';
import type { StreamPlace } from '../../domain/told-stream-session.ts';
import type { KnownCallback, ReadModelWriter } from '../read-model-writer.ts';
import type { StreamSessionRow } from '../rows.ts';
import { insertSql, prepareUpdate } from './sql.ts';
import { createSqliteQuarantineWriter } from './sqlite-quarantine.ts';
import { createSqliteRelayTaskWriter } from './sqlite-relay-task-writer.ts';
import { sessionColumnNames, toSessionColumns, toStreamSessionRow, type SessionColumns } from './session-columns.ts';

/** The projector's side of the read models in SQLite; `db` is its alone. */
export function createSqliteReadModelWriter(db: Database.Database): ReadModelWriter {
  const sql = prepareStatements(db);
  const readSession = (columns: SessionColumns | undefined): StreamSessionRow | null =>
    columns === undefined ? null : toStreamSessionRow(columns);

  return {
    relay: createSqliteRelayTaskWriter(db),
    quarantine: createSqliteQuarantineWriter(db),
    logId: sql.logId.get() ?? '',
    checkpoint: () => sql.checkpoint.get() ?? null,
    transaction: (work) => db.transaction(work).immediate(),
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

    insertCallback: ({ relay, ...row }) =>
      void sql.insertCallback.run({
        ...row,
        at: relay?.atMs ?? null,
        relayKind: relay?.kind ?? null,
        relayEvent: relay === null ? null : JSON.stringify(relay.event),
        sourceKey: relay?.sourceKey ?? null,
        // A first delivery is its own last one.
        deliveries: 1,
        lastReceivedAtMs: row.receivedAtMs,
      }),

    addDelivery(callback: KnownCallback, eventId, receivedAtMs) {
      if (eventId === callback.eventId) return false;
      if (sql.insertRedelivery.run(callback.position, eventId).changes === 0) return false;
      sql.countDelivery.run(receivedAtMs, receivedAtMs, callback.position);
      return true;
    },

    findStreamSession: (appId, sequence) => readSession(sql.findSession.get(sequence, appId)),
    streamSessionById: (id) => readSession(sql.sessionById.get(id)),
    sessionBefore: ({ streamKey, orderedAtMs, sequenceOrder }: StreamPlace) =>
      readSession(sql.sessionBefore.get(streamKey, orderedAtMs, sequenceOrder)),
    sessionAfter: ({ streamKey, orderedAtMs, sequenceOrder }: StreamPlace) =>
      readSession(sql.sessionAfter.get(streamKey, orderedAtMs, sequenceOrder)),

    putStreamSession(row) {
      const columns = toSessionColumns(row);
      if (row.id === null) {
        const first = { ...columns, first_position: columns.changed_position };
        return Number(sql.insertSession.run(first).lastInsertRowid);
      }
      sql.updateSession(columns, row.id);
      return row.id;
    },

    setStanding: (id, { state, endSide }, { position, ordinal }) =>
      void sql.setStanding.run(state, endSide, position, ordinal, id),
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

const indexedSessionColumns = [
  'app_id',
  'sequence',
  'domain',
  'stream_id',
  'user_ip',
  'state',
  'ended_order',
  'end_code',
  'stream_key',
  'ordered_at',
  'sequence_order',
];

const plainSessionColumns = [
  'path',
  'node',
  'started_at',
  'ended_at',
  'push_duration_ms',
  'end_side',
  'changed_position',
  'changed_ordinal',
  'session',
];

function prepareStatements(db: Database.Database) {
  const session = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, SessionColumns>(`SELECT ${sessionColumnNames} FROM stream_sessions ${rest}`);
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
    insertCallback: db.prepare(
      `INSERT INTO callbacks (position, event_id, identity, event_type, callback_event, app_id, occurred_at, received_at,
         recorded_at, last_received_at, signature, deliveries, session_id, task_row, attribution, at, relay_kind,
         relay_event, source_key)
       VALUES (@position, @eventId, @identity, @eventType, @callbackEvent, @appId, @occurredAtMs, @receivedAtMs,
         @recordedAtMs, @lastReceivedAtMs, @signature, @deliveries, @sessionId, @taskRow, @attribution, @at, @relayKind,
         @relayEvent, @sourceKey)`,
    ),
    insertRedelivery: db.prepare<[bigint, string]>(
      'INSERT OR IGNORE INTO redeliveries (callback_position, event_id) VALUES (?, ?)',
    ),
    countDelivery: db.prepare<[number, number, bigint]>(
      `UPDATE callbacks SET deliveries = deliveries + 1, last_received_at = max(last_received_at, ?),
         received_at = min(received_at, ?) WHERE position = ?`,
    ),
    findSession: session<[string, string]>('WHERE sequence = ? AND app_id = ?'),
    sessionById: session<[number]>('WHERE id = ?'),
    sessionBefore: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) < (?, ?)
       ORDER BY ordered_at DESC, sequence_order DESC LIMIT 1`,
    ),
    sessionAfter: session<[string, number, string]>(
      `WHERE stream_key = ? AND (ordered_at, sequence_order) > (?, ?)
       ORDER BY ordered_at, sequence_order LIMIT 1`,
    ),
    insertSession: db.prepare(
      insertSql('stream_sessions', [...indexedSessionColumns, ...plainSessionColumns, 'first_position']),
    ),
    updateSession: prepareUpdate(db, 'stream_sessions', indexedSessionColumns, plainSessionColumns),
    setStanding: db.prepare<[string, string | null, bigint, number, number]>(
      'UPDATE stream_sessions SET state = ?, end_side = ?, changed_position = ?, changed_ordinal = ? WHERE id = ?',
    ),
  };
}
