import type { Signature } from '../../../domain/callback/arrival.ts';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from '../../../domain/quarantine/quarantine.ts';
import type { QuarantinedRow, QuarantineListField, QuarantineOrder } from '../../quarantine.ts';
import type { ListDefinition } from '../lists/list-definition.ts';

export interface QuarantinedColumns {
  readonly position: number;
  readonly event_id: string;
  readonly reason: QuarantineReason;
  readonly status: QuarantineStatus;
  readonly diagnosis: string;
  readonly signature: Signature;
  readonly received_at: number;
  readonly recorded_at: number;
  readonly app_id: string | null;
  readonly event_type: number | null;
  readonly callback_event: string | null;
  readonly body_bytes: number;
  readonly changed_position: number;
}

export const quarantinedColumns = [
  'position',
  'event_id',
  'reason',
  'status',
  'diagnosis',
  'signature',
  'received_at',
  'recorded_at',
  'app_id',
  'event_type',
  'callback_event',
  'body_bytes',
  'changed_position',
] as const satisfies (keyof QuarantinedColumns)[];

export const quarantineList: ListDefinition<QuarantineListField, QuarantineOrder, QuarantinedColumns, QuarantinedRow> =
  {
    name: 'quarantine',
    table: 'quarantined',
    rowColumn: 'position',
    columnNames: quarantinedColumns.join(', '),
    columnOf: { reason: 'reason', status: 'status', receivedAt: 'received_at', appId: 'app_id' },
    orders: {
      RECORDED: { columns: ['position'] },
      RECEIVED_AT: {
        columns: ['received_at', 'position'],
        follows: { field: 'receivedAt', earlierMaxMs: 0, isExact: true },
      },
    },
    paths: [
      {
        index: 'quarantined_held',
        equal: ['reason'],
        order: 'RECORDED',
        when: { sql: "status = 'HELD'", condition: { field: 'status', operator: 'eq', value: 'HELD' } },
      },
      { index: 'quarantined_by_reason', equal: ['reason'], order: 'RECORDED' },
      { index: 'quarantined_by_status', equal: ['status'], order: 'RECORDED' },
      { index: 'quarantined_by_account', equal: ['appId'], order: 'RECORDED' },
      { index: 'quarantined_by_received', equal: [], order: 'RECEIVED_AT' },
      { index: null, equal: [], order: 'RECORDED' },
    ],
    toRow: toQuarantinedRow,
  };

export function toQuarantinedRow(found: QuarantinedColumns): QuarantinedRow {
  return {
    position: BigInt(found.position),
    eventId: found.event_id,
    reason: found.reason,
    status: found.status,
    diagnosis: JSON.parse(found.diagnosis) as Diagnosis,
    signature: found.signature,
    receivedAtMs: found.received_at,
    recordedAtMs: found.recorded_at,
    appId: found.app_id,
    eventType: found.event_type,
    callbackEvent: found.callback_event,
    bodyBytes: found.body_bytes,
    changedPosition: BigInt(found.changed_position),
  };
}
