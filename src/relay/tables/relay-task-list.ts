import type Database from 'better-sqlite3';
import {
  columnsOf,
  orderColumnsOf,
  pathsByField,
  type ListDefinition,
  type ReadableList,
} from '../../lists/sql/list-definition.ts';
import {
  columnNamesFor,
  listedColumnsOf,
  listedRowOf,
  prepareWhole,
  type ReadWhole,
} from '../../lists/sql/listed-row.ts';
import type { AsRead } from '../../projecting/file/statements.ts';
import type { ListedRelayTask } from '../relay-task-rows.ts';
import type { RelayRun } from '../relay-runs.ts';
import { relayRunFields, relayTaskFields, type RelayTaskField, type RelayTaskOrder } from '../relay-task-fields.ts';
import type { RelayTaskFacts } from '../relay-task.ts';
import { prepareNewestRuns, type NewestRuns } from './run-table.ts';
import type { TaskColumnValues } from './task-table.ts';

/** How listed tasks are read. Their runs are read apart from them. */
const listedColumns = listedColumnsOf(relayTaskFields, {
  keys: ['id', 'app_id', 'task_id'],
  others: [
    ...['facts', 'first_occurred_at', 'first_received_at', 'last_boundary_at', 'last_sign_at', 'last_untimed_at'],
    ...['changed_position', 'changed_ordinal'],
  ],
  needOthers: ['sourceUrls'],
});

/** The columns of a task as they are read. */
type ListedTaskColumns = AsRead<TaskColumnValues & { readonly id: number }>;

/** Computes a field of a task only when it is read, and looks up its runs only if a field needs one. */
class ListedTask
  extends listedRowOf<ListedTaskColumns, typeof relayTaskFields>(relayTaskFields)
  implements ListedRelayTask
{
  private readonly runs: NewestRuns;
  private parsed: RelayTaskFacts | null = null;
  private run: RelayRun | null = null;
  private exit: RelayRun | null = null;

  constructor(columns: Partial<ListedTaskColumns>, readWhole: ReadWhole<ListedTaskColumns>, runs: NewestRuns) {
    super(columns, readWhole);
    this.runs = runs;
  }

  get id() {
    return this.column('id');
  }

  get exitCodeText() {
    return this.newestExit?.exit?.codeText ?? null;
  }

  get exitMessage() {
    return this.newestExit?.exit?.message ?? null;
  }

  get facts() {
    return (this.parsed ??= JSON.parse(this.column('facts')) as RelayTaskFacts);
  }

  get newestRun() {
    return (this.run ??= this.runs.newestRun(this.id));
  }

  get newestExit() {
    // Usually the newest run has exited, or is the only run.
    return (this.exit ??= this.newestRun?.exit === null ? this.runs.newestExit(this.id) : this.newestRun);
  }

  get firstOccurredAtMs() {
    return this.column('first_occurred_at');
  }

  get firstReceivedAtMs() {
    return this.column('first_received_at');
  }

  get lastBoundaryAtMs() {
    return this.column('last_boundary_at');
  }

  get lastActivityAtMs() {
    return this.column('last_sign_at');
  }

  get lastUntimedAtMs() {
    return this.column('last_untimed_at');
  }

  get changed() {
    return { position: BigInt(this.column('changed_position')), ordinal: this.column('changed_ordinal') };
  }
}

const table = 'relay_tasks';

const columnOf = columnsOf(relayTaskFields, {
  sourceUrl: { table: 'relay_task_sources', rowColumn: 'task_row', column: 'url' },
  sourceFile: { table: 'relay_task_sources', rowColumn: 'task_row', column: 'file' },
  everExitedWith: { table: 'relay_runs', rowColumn: 'task_row', column: 'exit_code' },
  runs: {
    table: 'relay_runs',
    rowColumn: 'task_row',
    columnOf: columnsOf(relayRunFields, {}),
    foundBy: { exitCode: 'everExitedWith' },
  },
  alarm: { table: 'relay_alarms', rowColumn: 'task_row', column: 'type' },
});

/** The list of relay tasks: its orders and indexes. */
export const relayTaskList: ListDefinition<RelayTaskField, RelayTaskOrder> = {
  name: 'relayTasks',
  table,
  rowColumn: 'id',
  columns: listedColumns,
  columnNames: columnNamesFor(listedColumns, null),
  columnOf,
  orders: orderColumnsOf(relayTaskFields, 'first_position'),
  paths: [
    ...pathsByField(relayTaskFields, { table, columnOf, order: 'STARTED_AT' }),
    { index: 'relay_tasks_by_exit', equal: [], order: 'EXITED_AT' },
    { index: 'relay_tasks_by_start', equal: [], order: 'STARTED_AT' },
    { index: 'relay_tasks_by_change', equal: [], order: 'LAST_CHANGED', isUnique: true },
  ],
};

/** Relay tasks as readers get them. */
export type ReadableTasks = ReadableList<RelayTaskField, RelayTaskOrder, Partial<ListedTaskColumns>, ListedRelayTask>;

/** `db` is a read-only connection. */
export function prepareTaskList(db: Database.Database): ReadableTasks {
  const readWhole = prepareWhole<ListedTaskColumns>(db, relayTaskList);
  const runs = prepareNewestRuns(db);
  return { ...relayTaskList, toRow: (columns) => new ListedTask(columns, readWhole, runs) };
}
