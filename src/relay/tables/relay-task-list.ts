import type Database from 'better-sqlite3';
import {
  columnsOf,
  orderColumnsOf,
  pathsByField,
  type ListDefinition,
  type ReadableList,
  fieldColumnsSql,
  readerIndexesOf,
} from '../../lists/sql/list-definition.ts';
import {
  columnNamesFor,
  listedColumnsOf,
  listedRowOf,
  prepareWhole,
  type ReadWhole,
} from '../../lists/sql/listed-row.ts';
import type { AsRead, ReadModelPart } from '../../projecting/file/statements.ts';
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

/** Tasks with their runs, files and alarms, the sources that they named, and what an exit without a task id may belong to. */
export const relayTables: ReadModelPart = {
  version: 4,
  tablesSql: `
  CREATE TABLE relay_tasks (
    id               INTEGER PRIMARY KEY,
    ${fieldColumnsSql(relayTaskFields)}
    facts            TEXT    NOT NULL,
    source_key       TEXT,
    is_open          INTEGER NOT NULL,
    first_occurred_at INTEGER,
    first_received_at INTEGER NOT NULL,
    ordered_at       INTEGER NOT NULL,
    last_boundary_at INTEGER,
    last_sign_at     INTEGER,
    last_untimed_at  INTEGER,
    changed_position INTEGER NOT NULL,
    changed_ordinal  INTEGER NOT NULL,
    first_position   INTEGER NOT NULL,
    exited_order     INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX relay_tasks_by_task_id ON relay_tasks (task_id, app_id);

  -- All sources that a task has ever named, each as a key.
  CREATE TABLE relay_task_source_keys (
    source_key TEXT    NOT NULL,
    task_row   INTEGER NOT NULL,
    PRIMARY KEY (source_key, task_row)
  ) STRICT, WITHOUT ROWID;

  -- Tasks that an exit may belong to which names none, where there are several.
  CREATE TABLE relay_exit_candidates (
    exit_position INTEGER NOT NULL,
    task_row      INTEGER NOT NULL,
    source_key    TEXT    NOT NULL,
    source_at     INTEGER NOT NULL,
    PRIMARY KEY (exit_position, task_row)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_exit_candidates_of_task ON relay_exit_candidates (task_row, source_at);

  CREATE TABLE relay_task_sources (
    url      TEXT    NOT NULL,
    task_row INTEGER NOT NULL,
    -- In lower case; null: the URL names none.
    file     TEXT,
    PRIMARY KEY (url, task_row)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_task_sources_of_task ON relay_task_sources (task_row);

  CREATE TABLE relay_runs (
    task_row           INTEGER NOT NULL,
    -- Its order time, and which it is of those that began at the same moment.
    order_at           INTEGER NOT NULL,
    nth                INTEGER NOT NULL,
    opened_by          TEXT    NOT NULL,
    -- By CSS's clock; null: it is known by ours alone.
    began_at           INTEGER,
    opened_occurred_at INTEGER,
    opened_received_at INTEGER NOT NULL,
    ${fieldColumnsSql(relayRunFields)}
    -- Order times.
    start_at           INTEGER,
    exit_at            INTEGER,
    exit_code_text     TEXT,
    exit_message       TEXT,
    PRIMARY KEY (task_row, order_at, nth)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX relay_runs_by_time ON relay_runs (task_row, began_at) WHERE began_at IS NOT NULL;
  CREATE INDEX relay_runs_by_arrival ON relay_runs (task_row, opened_received_at) WHERE began_at IS NULL;
  CREATE INDEX relay_runs_exited ON relay_runs (task_row, order_at, nth) WHERE exit_at IS NOT NULL;

  CREATE TABLE relay_files (
    task_row         INTEGER NOT NULL,
    run_at           INTEGER NOT NULL,
    run_nth          INTEGER NOT NULL,
    key              TEXT    NOT NULL,
    file_index       INTEGER,
    url              TEXT,
    duration_seconds INTEGER,
    -- Order times, and when callbacks without a time arrived.
    named_at            INTEGER NOT NULL,
    named_arrived_at    INTEGER,
    named_by            TEXT    NOT NULL,
    duration_at         INTEGER,
    duration_arrived_at INTEGER,
    duration_by         TEXT,
    starts              INTEGER NOT NULL,
    finishes            INTEGER NOT NULL,
    started_at          INTEGER,
    started_arrived_at  INTEGER,
    finished_at         INTEGER,
    finished_arrived_at INTEGER,
    is_playing          INTEGER NOT NULL,
    PRIMARY KEY (task_row, run_at, run_nth, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE relay_alarms (
    task_row   INTEGER NOT NULL,
    run_at     INTEGER NOT NULL,
    run_nth    INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    first_at         INTEGER NOT NULL,
    first_arrived_at INTEGER,
    last_at          INTEGER NOT NULL,
    last_arrived_at  INTEGER,
    times            INTEGER NOT NULL,
    PRIMARY KEY (task_row, run_at, run_nth, type)
  ) STRICT, WITHOUT ROWID;
`,
  readerIndexesSql: [
    ...readerIndexesOf(relayTaskList),
    'CREATE INDEX relay_files_playing ON relay_files (task_row, run_at, run_nth, started_at, started_arrived_at) WHERE is_playing = 1',
  ],
};
