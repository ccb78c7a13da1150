import type Database from 'better-sqlite3';
import type { Signature } from '../../domain/arrival.ts';
import type { Attribution } from '../../domain/relay-runs.ts';
import type { CallbackField, Page, PageRequest, StreamSessionField } from '../listing.ts';
import type { ReadModelReader } from '../read-model-reader.ts';
import type { CallbackRow, PoisonedEvent, StreamSessionRow } from '../rows.ts';
import { readPage, type ListDefinition } from './list-query.ts';
import { readModelName, readModelVersion } from './read-model-file.ts';
import { createSqliteQuarantineReader } from './sqlite-quarantine.ts';
import { createSqliteRelayTaskReader, relayTaskListOf } from './sqlite-relay-task-reader.ts';
import { sessionColumnNames, toStreamSessionRow, type SessionColumns } from './session-columns.ts';

/** The readers' side of the read models in SQLite; `db` is a connection of its own, opened for reading only. */
export function createSqliteReadModelReader(db: Database.Database): ReadModelReader {
  const selectSession = `SELECT ${sessionColumnNames} FROM stream_sessions`;
  const sql = {
    logId: db.prepare<[], string>('SELECT log_id FROM progress').pluck(),
    checkpoint: db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers(),
    poisoned: db.prepare<[number], { position: number; stream_name: string; reason: string }>(
      'SELECT position, stream_name, reason FROM poisoned ORDER BY position DESC LIMIT ?',
    ),
    sessionById: db.prepare<[number], SessionColumns>(`${selectSession} WHERE id = ?`),
    sessionsBySequence: db.prepare<[string, string | null, string | null, number], SessionColumns>(
      `${selectSession} WHERE sequence = ? AND (? IS NULL OR app_id = ?) ORDER BY app_id LIMIT ?`,
    ),
  };
  const page = <Field extends string, Columns extends object, Row>(
    list: ListDefinition<Field, Columns, Row>,
    request: PageRequest<Field>,
  ): Page<Row> =>
    db.transaction(() => ({ ...readPage(db, list, request), checkpoint: sql.checkpoint.get() ?? null }))();

  const relayTaskList = relayTaskListOf(db);
  return {
    name: readModelName,
    version: readModelVersion,
    logId: sql.logId.get() ?? '',
    checkpoint: () => sql.checkpoint.get() ?? null,
    poisoned: (rowsMax) =>
      sql.poisoned.all(rowsMax).map(({ position, stream_name, reason }): PoisonedEvent => ({
        position: BigInt(position),
        streamName: stream_name,
        reason,
      })),
    streamSessionById(id) {
      const columns = sql.sessionById.get(id);
      return columns === undefined ? null : toStreamSessionRow(columns);
    },
    streamSessionsBySequence: (sequence, appId, rowsMax) =>
      sql.sessionsBySequence.all(sequence, appId, appId, rowsMax).map(toStreamSessionRow),
    streamSessions: (request) => page(streamSessionList, request),
    callbacks: (request) => page(callbackList, request),
    relay: createSqliteRelayTaskReader(db),
    quarantine: createSqliteQuarantineReader(db),
    relayTasks: (request) => page(relayTaskList, request),
  };
}

export const streamSessionList: ListDefinition<StreamSessionField, SessionColumns, StreamSessionRow> = {
  table: 'stream_sessions',
  columnNames: sessionColumnNames,
  columnOf: {
    appId: 'app_id',
    sequence: 'sequence',
    domain: 'domain',
    path: 'path',
    streamId: 'stream_id',
    userIp: 'user_ip',
    node: 'node',
    state: 'state',
    startedAt: { column: 'started_at', ordered: 'ordered_at', orderedEarlierMaxMs: 0 },
    endedAt: 'ended_at',
    pushDurationMs: 'push_duration_ms',
    endCode: 'end_code',
    endSide: 'end_side',
  },
  orderColumns: ['ordered_at', 'id'],
  descending: true,
  toRow: toStreamSessionRow,
};

interface CallbackColumns {
  readonly position: number;
  readonly event_type: number | null;
  readonly callback_event: string | null;
  readonly app_id: string | null;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly recorded_at: number;
  readonly last_received_at: number;
  readonly signature: Signature;
  readonly deliveries: number;
  readonly session_id: number | null;
  readonly task_row: number | null;
  readonly attribution: Attribution | null;
}

export const callbackList: ListDefinition<CallbackField, CallbackColumns, CallbackRow> = {
  table: 'callbacks',
  columnNames: `position, event_type, callback_event, app_id, occurred_at, received_at, recorded_at, last_received_at,
    signature, deliveries, session_id, task_row, attribution`,
  columnOf: {
    eventType: 'event_type',
    callbackEvent: 'callback_event',
    occurredAt: 'occurred_at',
    receivedAt: 'received_at',
    signature: 'signature',
    appId: 'app_id',
    sessionRow: 'session_id',
    taskRow: 'task_row',
    relayTask: { whenNull: 'relay_kind IS NOT NULL AND task_row IS NULL', whenNotNull: 'task_row IS NOT NULL' },
  },
  orderColumns: ['position'],
  descending: true,
  toRow: (columns) => ({
    position: BigInt(columns.position),
    eventType: columns.event_type,
    callbackEvent: columns.callback_event,
    appId: columns.app_id,
    occurredAtMs: columns.occurred_at,
    receivedAtMs: columns.received_at,
    recordedAtMs: columns.recorded_at,
    lastReceivedAtMs: columns.last_received_at,
    signature: columns.signature,
    deliveries: columns.deliveries,
    sessionId: columns.session_id,
    taskRow: columns.task_row,
    attribution: columns.attribution,
  }),
};
