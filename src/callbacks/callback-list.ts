import type { Signature } from './arrival.ts';
import type { Attribution } from '../relay/relay-runs.ts';
import { callbackFields, type CallbackField, type CallbackOrder } from '../lists/listing.ts';
import type { CallbackRow } from '../projecting/rows.ts';
import { columnsOf, orderable, type ReadableList } from '../lists/sql/list-definition.ts';

/** The columns read of a callback, as SQLite returns them. */
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
  readonly of_stream: string | null;
  readonly of_domain: string | null;
  readonly of_task: string | null;
}

const ofSession = (column: string) =>
  `(SELECT stream_sessions.${column} FROM stream_sessions WHERE stream_sessions.id = callbacks.session_id)`;
const ofTask = (column: string) =>
  `(SELECT relay_tasks.${column} FROM relay_tasks WHERE relay_tasks.id = callbacks.task_row)`;
const ofOwner = (column: string) => `CASE WHEN callbacks.session_id IS NOT NULL THEN ${ofSession(column)}
  WHEN callbacks.task_row IS NOT NULL THEN ${ofTask(column)} ELSE callbacks.${column} END`;

/** The columns that callbacks get from their session or task, or from their own row if they have neither. */
const derived = { streamId: `(${ofOwner('stream_id')})`, domain: `(${ofOwner('domain')})`, taskId: ofTask('task_id') };

/** The columns of a recorded callback, for a SELECT. */
export const callbackColumnNames = `position, event_type, callback_event, app_id, occurred_at, received_at, recorded_at,
  last_received_at, signature, deliveries, session_id, task_row, attribution, ${derived.streamId} AS of_stream, ${derived.domain} AS of_domain,
  ${derived.taskId} AS of_task`;

/** Converts columns from SQLite into the row that readers get. */
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
    streamId: columns.of_stream,
    domain: columns.of_domain,
    taskId: columns.of_task,
  };
}

/** Selects the callbacks of sessions or of tasks by one of the owners' columns. */
const callbacksOf = (kind: 'session' | 'task', ownersBy: string, column: string) => {
  const [table, owner] = kind === 'session' ? ['stream_sessions', 'session_id'] : ['relay_tasks', 'task_row'];
  return `SELECT callbacks.position FROM wanted AS found
    CROSS JOIN ${table} AS owner INDEXED BY ${ownersBy} ON owner.${column} = found.value
    CROSS JOIN callbacks INDEXED BY callbacks_of_${kind} ON callbacks.${owner} = owner.id`;
};

/** A stream may have callbacks of all three kinds; each callback is of one kind. */
const callbacksOfStream = `${callbacksOf('session', 'stream_sessions_by_stream_id', 'stream_id')}
  UNION ALL ${callbacksOf('task', 'relay_tasks_by_stream_id', 'stream_id')}
  UNION ALL SELECT callbacks.position FROM wanted AS found
    CROSS JOIN callbacks INDEXED BY callbacks_by_stream ON callbacks.stream_id = found.value
    WHERE callbacks.session_id IS NULL AND callbacks.task_row IS NULL`;

const fitsNoTask = 'relay_kind IS NOT NULL AND task_row IS NULL';

/** The list of callbacks: its fields, orders and indexes. */
export const callbackList: ReadableList<CallbackField, CallbackOrder, CallbackColumns, CallbackRow> = {
  name: 'callbacks',
  table: 'callbacks',
  rowColumn: 'position',
  columnNames: callbackColumnNames,
  columnOf: columnsOf(callbackFields, {
    ...derived,
    sessionRow: 'session_id',
    relayTask: { whenNull: fitsNoTask, whenNotNull: 'task_row IS NOT NULL' },
  }),
  serverFields: ['sessionRow', 'taskRow'],
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
      index: 'callbacks_of_task',
      equal: ['taskId'],
      order: null,
      rowsSql: callbacksOf('task', 'relay_tasks_by_task_id', 'task_id'),
    },
    { index: 'callbacks_by_stream', equal: ['streamId'], order: null, rowsSql: callbacksOfStream },
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
