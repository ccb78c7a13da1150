import type { Diagnosis } from '../../../domain/quarantine/quarantine.ts';
import {
  quarantineListFields,
  type QuarantinedRow,
  type QuarantineListField,
  type QuarantineOrder,
} from '../../quarantine.ts';
import type { AsRead } from '../file/write-statements.ts';
import { columnsOf, whereEqual, type ReadableList } from '../lists/list-definition.ts';

/** A quarantined callback as it is written. */
export function toQuarantinedColumns(row: QuarantinedRow) {
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

export type QuarantinedColumns = AsRead<ReturnType<typeof toQuarantinedColumns>>;

export function toQuarantinedRow(columns: QuarantinedColumns): QuarantinedRow {
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

/** Callbacks in quarantine as a list: its fields, orders and indexes. */
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
