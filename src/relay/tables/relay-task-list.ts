import type Database from 'better-sqlite3';
import { relayRunFields, relayTaskFields, type RelayTaskField, type RelayTaskOrder } from '../../lists/listing.ts';
import { columnsOf, type ListDefinition } from '../../lists/sql/list-definition.ts';
import { columnNamesFor, ListedRow, type SomeColumns } from '../../lists/sql/listed-row.ts';
import type { AsRead } from '../../projecting/file/statements.ts';
import type { ListedRelayTask } from '../../projecting/rows.ts';
import type { RelayRun } from '../relay-runs.ts';
import type { RelayTaskFacts } from '../relay-task.ts';
import { prepareNewestRuns, type NewestRuns } from './run-table.ts';
import type { TaskColumnValues } from './task-table.ts';

/** The columns from which a listed task is read, apart from its runs. */
export const listedTaskColumns = {
  keys: ['id', 'app_id', 'task_id'],
  ofField: {
    state: 'state',
    domain: 'domain',
    path: 'path',
    streamId: 'stream_id',
    startedAt: 'started_at',
    startReceivedAt: 'start_received_at',
    exitedAt: 'exited_at',
    exitReceivedAt: 'exit_received_at',
    exitCode: 'exit_code',
  },
  others: [
    ...(['facts', 'first_at', 'last_boundary_at', 'last_sign_at', 'last_untimed_at'] as const),
    ...(['changed_position', 'changed_ordinal'] as const),
  ],
  needOthers: ['sourceUrls', 'toUrl'],
} as const;

type Listed = typeof listedTaskColumns;
type ReadColumn = Listed['keys'][number] | Listed['ofField'][keyof Listed['ofField']] | Listed['others'][number];

/** The columns that readers read of a task. */
export type ListedTaskColumns = Pick<AsRead<TaskColumnValues & { readonly id: number }>, ReadColumn>;

/** The columns that readers read, for a SELECT. */
export const listedTaskColumnNames = columnNamesFor(listedTaskColumns, null);

/** Computes a field of a task only when it is read, and looks up its runs only if a field needs one. */
class ListedTask extends ListedRow<ListedTaskColumns> implements ListedRelayTask {
  private readonly runs: NewestRuns;
  private parsed: RelayTaskFacts | null = null;
  private run: RelayRun | null = null;
  private exit: RelayRun | null = null;

  constructor(columns: SomeColumns<ListedTaskColumns>, readWhole: (id: number) => ListedTaskColumns, runs: NewestRuns) {
    super(columns, readWhole);
    this.runs = runs;
  }

  get appId() {
    return this.column('app_id');
  }

  get taskId() {
    return this.column('task_id');
  }

  get state() {
    return this.column('state');
  }

  get domain() {
    return this.column('domain');
  }

  get path() {
    return this.column('path');
  }

  get streamId() {
    return this.column('stream_id');
  }

  get startedAtMs() {
    return this.column('started_at');
  }

  get startReceivedAtMs() {
    return this.column('start_received_at');
  }

  get exitedAtMs() {
    return this.column('exited_at');
  }

  get exitReceivedAtMs() {
    return this.column('exit_received_at');
  }

  get exitCode() {
    return this.column('exit_code');
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

  get firstAtMs() {
    return this.column('first_at');
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

/** Makes a task from its columns, some of which may have been left out. */
export type ToListedTask = (columns: SomeColumns<ListedTaskColumns>) => ListedRelayTask;

/** `db` is a read-only connection. */
export function prepareListedTasks(db: Database.Database): ToListedTask {
  const byId = db.prepare<[number], ListedTaskColumns>(`SELECT ${listedTaskColumnNames} FROM relay_tasks WHERE id = ?`);
  const runs = prepareNewestRuns(db);
  const readWhole = (id: number) => {
    const columns = byId.get(id);
    if (columns === undefined) throw new TypeError('A relay task that was read has no row.');
    return columns;
  };
  return (columns) => new ListedTask(columns, readWhole, runs);
}

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
