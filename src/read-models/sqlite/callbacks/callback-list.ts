import type { Signature } from '../../../domain/callback/arrival.ts';
import type { Attribution } from '../../../domain/relay-task/relay-runs.ts';
import { callbackFields, type CallbackField, type CallbackOrder } from '../../listing.ts';
import type { CallbackRow } from '../../rows.ts';
import { columnsOf, orderable, type ReadableList } from '../lists/list-definition.ts';

/** What is read of a callback. */
export interface CallbackColumns {
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

/** What a SELECT reads of a recorded callback. */
export const callbackColumnNames = `position, event_type, callback_event, app_id, occurred_at, received_at, recorded_at,
  last_received_at, signature, deliveries, session_id, task_row, attribution`;

/** Turns columns as SQLite gives them into what readers are given. */
export function toCallbackRow(columns: CallbackColumns): CallbackRow {
  return {
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
  };
}

const fitsNoTask = 'relay_kind IS NOT NULL AND task_row IS NULL';

/** Callbacks as a list: its fields, orders and indexes. */
export const callbackList: ReadableList<CallbackField, CallbackOrder, CallbackColumns, CallbackRow> = {
  name: 'callbacks',
  table: 'callbacks',
  rowColumn: 'position',
  columnNames: callbackColumnNames,
  columnOf: columnsOf(callbackFields, {
    sessionRow: 'session_id',
    relayTask: { whenNull: fitsNoTask, whenNotNull: 'task_row IS NOT NULL' },
  }),
  orders: {
    RECORDED: { columns: ['position'] },
    RECEIVED_AT: {
      columns: ['received_at', 'position'],
      rangeField: { field: 'receivedAt', earlierMaxMs: 0, isExact: true },
    },
    OCCURRED_AT: { columns: [orderable('occurred_at'), 'position'] },
  },
  paths: [
    { index: 'callbacks_of_session', equal: ['sessionRow'], order: 'RECORDED', isSparse: true },
    { index: 'callbacks_of_task', equal: ['taskRow'], order: 'RECORDED', isSparse: true },
    {
      index: 'callbacks_without_task',
      equal: [],
      order: 'RECORDED',
      when: { sql: fitsNoTask, condition: { field: 'relayTask', operator: 'isNull', isNull: true } },
    },
    { index: 'callbacks_by_event_type', equal: ['eventType'], order: 'RECORDED' },
    { index: 'callbacks_by_identity', equal: ['occurredAt'], order: null, isOfProjections: true },
    { index: 'callbacks_by_received', equal: [], order: 'RECEIVED_AT' },
    { index: null, equal: [], order: 'RECORDED' },
  ],
  toRow: toCallbackRow,
};
