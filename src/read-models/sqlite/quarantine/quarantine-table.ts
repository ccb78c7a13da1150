import type Database from 'better-sqlite3';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from '../../../domain/quarantine/quarantine.ts';
import {
  quarantineListFields,
  type QuarantinedRow,
  type QuarantineListField,
  type QuarantineOrder,
  type QuarantineReader,
  type QuarantineWriter,
} from '../../quarantine.ts';
import { prepareInsert, type AsRead } from '../file/write-statements.ts';
import { columnsOf, whereEqual, type ReadableList } from '../lists/list-definition.ts';

function toQuarantinedColumns(row: QuarantinedRow) {
  return {
    position: row.position,
    event_id: row.eventId,
    reason: row.reason,
    status: row.status,
    diagnosis: JSON.stringify(row.diagnosis),
    signature: row.signature,
    received_at: row.receivedAtMs,
    recorded_at: row.recordedAtMs,
    app_id: row.appId,
    event_type: row.eventType,
    callback_event: row.callbackEvent,
    body_bytes: row.bodyBytes,
    changed_position: row.changedPosition,
  };
}

type QuarantinedColumns = AsRead<ReturnType<typeof toQuarantinedColumns>>;

function toQuarantinedRow(columns: QuarantinedColumns): QuarantinedRow {
  return {
    position: BigInt(columns.position),
    eventId: columns.event_id,
    reason: columns.reason,
    status: columns.status,
    diagnosis: JSON.parse(columns.diagnosis) as Diagnosis,
    signature: columns.signature,
    receivedAtMs: columns.received_at,
    recordedAtMs: columns.recorded_at,
    appId: columns.app_id,
    eventType: columns.event_type,
    callbackEvent: columns.callback_event,
    bodyBytes: columns.body_bytes,
    changedPosition: BigInt(columns.changed_position),
  };
}

/** Quarantined callbacks as a list: its fields, orders and indexes. */
export const quarantineList: ReadableList<QuarantineListField, QuarantineOrder, QuarantinedColumns, QuarantinedRow> = {
  name: 'quarantine',
  table: 'quarantined',
  rowColumn: 'position',
  columnNames: 'quarantined.*',
  columnOf: columnsOf(quarantineListFields),
  orders: {
    RECORDED: { columns: ['position'] },
    RECEIVED_AT: {
      columns: ['received_at', 'position'],
      rangeField: { field: 'receivedAt', earlierMaxMs: 0, isExact: true },
    },
  },
  paths: [
    { index: 'quarantined_held', equal: ['reason'], order: 'RECORDED', when: whereEqual('status', 'HELD') },
    { index: 'quarantined_by_reason', equal: ['reason'], order: 'RECORDED', isOfProjections: true },
    { index: 'quarantined_by_status', equal: ['status'], order: 'RECORDED' },
    { index: 'quarantined_by_account', equal: ['appId'], order: 'RECORDED' },
    { index: 'quarantined_by_received', equal: [], order: 'RECEIVED_AT' },
    { index: null, equal: [], order: 'RECORDED' },
  ],
  toRow: toQuarantinedRow,
};

/** The projector's access to the quarantine; `db` is its connection. */
export function createSqliteQuarantineWriter(db: Database.Database): QuarantineWriter {
  const insert = prepareInsert<ReturnType<typeof toQuarantinedColumns>>(db, 'quarantined');
  const mark = (status: QuarantineStatus, unless: string) =>
    db.prepare<[bigint, bigint, string]>(
      `UPDATE quarantined SET status = '${status}', changed_position = ?
       WHERE position = ? AND event_id = ? AND status ${unless}`,
    );
  const markReleased = mark('RELEASED', "<> 'RELEASED'");
  const markDiscarded = mark('DISCARDED', "= 'HELD'");
  const remove = db.prepare<[string, bigint]>('DELETE FROM quarantined WHERE reason = ? AND position < ?');
  return {
    insert: (row) => insert(toQuarantinedColumns(row)),
    markReleased: ({ position, eventId }, changed) => void markReleased.run(changed, position, eventId),
    markDiscarded: ({ position, eventId }, changed) => void markDiscarded.run(changed, position, eventId),
    remove: ({ reason, beforePosition }) => void remove.run(reason, beforePosition),
  };
}

/** The readers' access to the quarantine; `db` is a read-only connection. */
export function createSqliteQuarantineReader(db: Database.Database): QuarantineReader {
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const at = db.prepare<[bigint, string], QuarantinedColumns>(
    'SELECT * FROM quarantined WHERE position = ? AND event_id = ?',
  );
  const firstWaiting = db
    .prepare<[string], bigint | null>("SELECT min(position) FROM quarantined WHERE reason = ? AND status = 'HELD'")
    .pluck()
    .safeIntegers();
  const decidedCount = db
    .prepare<[string, bigint], number>(
      "SELECT count(*) FROM quarantined WHERE reason = ? AND position < ? AND status <> 'HELD'",
    )
    .pluck();
  return {
    at({ position, eventId }) {
      const found = at.get(position, eventId);
      return found === undefined ? null : toQuarantinedRow(found);
    },
    decidedCount: (reason, beforePosition) => decidedCount.get(reason, beforePosition) ?? 0,
    decidedBefore: db.transaction((reason: QuarantineReason) => {
      const position = checkpoint.get() ?? null;
      return position === null ? 0n : (firstWaiting.get(reason) ?? position + 1n);
    }),
  };
}
