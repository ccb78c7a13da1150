import type Database from 'better-sqlite3';
import { columnNameOf, type FieldColumns } from '../lists/list-fields.ts';
import {
  columnsOf,
  orderColumnsOf,
  serverFieldsOf,
  type ListDefinition,
  type ReadableList,
} from '../lists/sql/list-definition.ts';
import { columnNamesFor, listedColumnsOf, listedRowOf, prepareWhole } from '../lists/sql/listed-row.ts';
import { callbackFields, type CallbackField, type CallbackOrder, type CallbackRow } from './callback-fields.ts';
import { callbackTypeOf } from './callback.ts';

const ofSession = (column: string) =>
  `(SELECT stream_sessions.${column} FROM stream_sessions WHERE stream_sessions.id = callbacks.session_id)`;
const ofTask = (column: string) =>
  `(SELECT relay_tasks.${column} FROM relay_tasks WHERE relay_tasks.id = callbacks.task_row)`;
const ofOwner = (column: string) => `CASE WHEN callbacks.session_id IS NOT NULL THEN ${ofSession(column)}
  WHEN callbacks.task_row IS NOT NULL THEN ${ofTask(column)} ELSE callbacks.${column} END`;

/** What callbacks get from their session or task, or from their own row if they have neither. */
const derived = { streamId: `(${ofOwner('stream_id')})`, domain: `(${ofOwner('domain')})`, taskId: ofTask('task_id') };

/** SQL for the sequence of its session; null if it belongs to none. */
export const sequenceOfCallback = ofSession('sequence');

type CallbackColumns = FieldColumns<typeof callbackFields> &
  Readonly<Record<'stream_id' | 'domain' | 'task_id', string | null>>;

const ofColumns = listedColumnsOf(callbackFields, {
  keys: ['position', 'event_type', 'session_id', 'task_row'],
  others: [],
  needOthers: [],
});

/** How listed callbacks are read: looking up the owner costs more than the rest. */
const listedColumns = {
  ...ofColumns,
  ofField: {
    ...ofColumns.ofField,
    ...Object.fromEntries(Object.entries(derived).map(([name, sql]) => [name, `${sql} AS ${columnNameOf(name)}`])),
  },
  needOthers: [],
};

class ListedCallback
  extends listedRowOf<CallbackColumns, typeof callbackFields>(callbackFields)
  implements CallbackRow
{
  get kind() {
    return callbackTypeOf(this.eventType).kind;
  }

  get streamId() {
    return this.column('stream_id');
  }

  get domain() {
    return this.column('domain');
  }

  get taskId() {
    return this.column('task_id');
  }
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

/** The list of callbacks: its orders and indexes. */
export const callbackList: ListDefinition<CallbackField, CallbackOrder> = {
  name: 'callbacks',
  table: 'callbacks',
  rowColumn: 'position',
  columns: listedColumns,
  columnNames: columnNamesFor(listedColumns, null),
  columnOf: columnsOf(callbackFields, {
    ...derived,
    relayTask: { whenNull: fitsNoTask, whenNotNull: 'task_row IS NOT NULL' },
  }),
  serverFields: serverFieldsOf(callbackFields),
  orders: orderColumnsOf(callbackFields, 'position'),
  paths: [
    { index: 'callbacks_of_session', equal: ['sessionId'], order: 'RECORDED', isSparse: true },
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
};

/** Callbacks as readers get them. */
export type ReadableCallbacks = ReadableList<CallbackField, CallbackOrder, Partial<CallbackColumns>, CallbackRow>;

/** `db` is a read-only connection. */
export function prepareCallbackList(db: Database.Database): ReadableCallbacks {
  const readWhole = prepareWhole<CallbackColumns>(db, callbackList);
  return { ...callbackList, toRow: (columns) => new ListedCallback(columns, readWhole) };
}
