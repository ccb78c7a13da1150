import { relayRunFields, relayTaskFields, type RelayTaskField, type RelayTaskOrder } from '../../lists/listing.ts';
import { columnsOf, type ListDefinition } from '../../lists/sql/list-definition.ts';
import { listedTaskColumnNames } from './listed-task-list.ts';

/** Relay tasks as a list: its fields, orders and indexes. */
export const relayTaskList: ListDefinition<RelayTaskField, RelayTaskOrder> = {
  name: 'relayTasks',
  table: 'relay_tasks',
  rowColumn: 'id',
  columnNames: listedTaskColumnNames,
  columnOf: columnsOf([...relayTaskFields.unchanging, ...relayTaskFields.changing], {
    sourceUrl: { table: 'relay_task_sources', rowColumn: 'task_row', column: 'url' },
    everExitedWith: { table: 'relay_runs', rowColumn: 'task_row', column: 'exit_code' },
    runs: {
      table: 'relay_runs',
      rowColumn: 'task_row',
      columnOf: columnsOf(relayRunFields),
      foundBy: { exitCode: 'everExitedWith' },
    },
    alarm: { table: 'relay_alarms', rowColumn: 'task_row', column: 'type' },
  }),
  orders: {
    STARTED_AT: {
      columns: ['ordered_at', 'first_position'],
      // Runs with an unknown start sort among the others.
      rangeField: { field: 'startedAt', earlierMaxMs: 0, isExact: false },
    },
    EXITED_AT: {
      columns: ['exited_order', 'first_position'],
      rangeField: { field: 'exitedAt', earlierMaxMs: 0, isExact: true },
    },
    LAST_CHANGED: { columns: ['changed_position', 'changed_ordinal'] },
  },
  paths: [
    { index: 'relay_tasks_by_task_id', equal: ['taskId'], order: null, isOfProjections: true },
    { index: 'relay_tasks_by_to_url', equal: ['toUrl'], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_stream_id', equal: ['streamId'], order: 'STARTED_AT' },
    // The primary key of the sources begins with the URL.
    { index: null, equal: ['sourceUrl'], order: null },
    { index: 'relay_runs_by_exit_code', equal: ['everExitedWith'], order: null, isSparse: true },
    { index: 'relay_alarms_by_type', equal: ['alarm'], order: null },
    { index: 'relay_tasks_by_exit_received', equal: ['exitReceivedAt'], order: null, isSparse: true },
    { index: 'relay_tasks_by_exit_code', equal: ['exitCode'], order: 'STARTED_AT', isSparse: true },
    { index: 'relay_tasks_by_domain', equal: ['domain'], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_state', equal: ['state'], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_account', equal: ['appId'], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_exit', equal: [], order: 'EXITED_AT' },
    { index: 'relay_tasks_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
};
