import { startAfterActivityMs } from '../../../domain/relay-task/relay-runs.ts';
import type { RelayTaskField, RelayTaskOrder } from '../../listing.ts';
import type { RelayTaskRow } from '../../rows.ts';
import type { ListDefinition } from '../lists/list-definition.ts';
import { taskColumnNames, type TaskColumns } from './relay-columns.ts';

/** The list of relay tasks; a row is told with its newest runs, which are looked up. */
export function relayTaskListOf(
  toRow: (columns: TaskColumns) => RelayTaskRow,
): ListDefinition<RelayTaskField, RelayTaskOrder, TaskColumns, RelayTaskRow> {
  return {
    name: 'relayTasks',
    table: 'relay_tasks',
    rowColumn: 'id',
    columnNames: taskColumnNames,
    columnOf: {
      appId: 'app_id',
      taskId: 'task_id',
      state: 'state',
      streamId: 'stream_id',
      domain: 'domain',
      toUrl: 'to_url',
      sourceUrl: { table: 'relay_task_sources', rowColumn: 'task_row', column: 'url' },
      exitCode: 'exit_code',
      everExitedWith: { table: 'relay_runs', rowColumn: 'task_row', column: 'exit_code' },
      startedAt: 'started_at',
      exitedAt: 'exited_at',
      alarm: { table: 'relay_alarms', rowColumn: 'task_row', column: 'type' },
    },
    orders: {
      STARTED_AT: {
        columns: ['ordered_at', 'first_position'],
        // A run that a file opened stands in the order before its TaskStart, by so much at most.
        follows: { field: 'startedAt', earlierMaxMs: startAfterActivityMs, isExact: false },
      },
      EXITED_AT: {
        columns: ['exited_order', 'first_position'],
        follows: { field: 'exitedAt', earlierMaxMs: 0, isExact: true },
      },
      LAST_CHANGED: { columns: ['changed_position', 'changed_ordinal'] },
    },
    paths: [
      { index: 'relay_tasks_by_task_id', equal: ['taskId'], order: null },
      { index: 'relay_tasks_by_to_url', equal: ['toUrl'], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_stream_id', equal: ['streamId'], order: 'STARTED_AT' },
      // The primary key of the sources begins with the URL.
      { index: null, equal: ['sourceUrl'], order: null },
      { index: 'relay_runs_by_exit_code', equal: ['everExitedWith'], order: null },
      { index: 'relay_alarms_by_type', equal: ['alarm'], order: null },
      { index: 'relay_tasks_by_exit_code', equal: ['exitCode'], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_domain', equal: ['domain'], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_state', equal: ['state'], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_account', equal: ['appId'], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_exit', equal: [], order: 'EXITED_AT' },
      { index: 'relay_tasks_by_start', equal: [], order: 'STARTED_AT' },
      { index: 'relay_tasks_by_change', equal: [], order: 'LAST_CHANGED' },
    ],
    toRow,
  };
}
