import type Database from 'better-sqlite3';
import { isOpen, shownTimeOf } from '../relay-runs.ts';
import { relayTaskStateOf, sourceKeyOf, taskViewOf, type RelayTaskFacts } from '../relay-task.ts';
import type { relayTaskFields } from '../relay-task-fields.ts';
import type { RelayTaskToPut } from '../relay-task-rows.ts';
import type { RelayTaskRow } from '../../projecting/rows.ts';
import { prepareInsert, prepareUpdate, type AsRead } from '../../projecting/file/statements.ts';
import type { FieldValues } from '../../lists/list-fields.ts';
import { leastValue } from '../../lists/sql/list-definition.ts';

/** The columns of a task: its facts, and what filters and orders use, from its view. */
export function toTaskColumns(task: RelayTaskToPut) {
  const view = taskViewOf(task.facts);
  const { newestRun, newestExit } = task;
  return {
    app_id: task.appId,
    task_id: task.taskId,
    state: relayTaskStateOf(newestRun),
    facts: JSON.stringify(task.facts),
    source_key: sourceKeyOf(task.appId, view.sourceUrls),
    to_url: view.toUrl,
    domain: view.domain,
    path: view.path,
    stream_id: view.streamId,
    is_open: Number(isOpen(newestRun)),
    started_at: newestRun?.startedAtMs ?? null,
    start_received_at: newestRun?.startReceivedAtMs ?? null,
    exited_at: newestExit?.exit?.exitedAtMs ?? null,
    exit_received_at: newestExit?.exit?.receivedAtMs ?? null,
    exited_order: newestExit?.exit?.exitedAtMs ?? leastValue,
    exit_code: newestExit?.exit?.code ?? null,
    first_at: task.firstAtMs,
    ordered_at: newestRun === null ? task.firstAtMs : (newestRun.startedAtMs ?? shownTimeOf(newestRun.opened)),
    last_boundary_at: task.lastBoundaryAtMs,
    last_sign_at: task.lastActivityAtMs,
    last_untimed_at: task.lastUntimedAtMs,
    changed_position: task.changed.position,
    changed_ordinal: task.changed.ordinal,
  } satisfies FieldValues<typeof relayTaskFields> & Readonly<Record<string, unknown>>;
}

/** Everything that is written for a task, by column. */
export type TaskColumnValues = ReturnType<typeof toTaskColumns>;

/** Indexed columns, in groups that change together. */
const indexedColumns = [
  ['app_id', 'task_id', 'source_key', 'to_url', 'domain', 'path', 'stream_id'],
  ['state', 'is_open', 'exited_order', 'exit_received_at', 'exit_code', 'ordered_at', 'last_boundary_at'],
  ['changed_position', 'changed_ordinal'],
] as const;

/** The columns read back of a task; everything else follows from its facts and its runs. */
type TaskColumns = Pick<
  AsRead<TaskColumnValues & { readonly id: number }>,
  | 'id'
  | 'app_id'
  | 'task_id'
  | 'facts'
  | 'first_at'
  | 'last_boundary_at'
  | 'last_sign_at'
  | 'last_untimed_at'
  | 'changed_position'
  | 'changed_ordinal'
>;

export type StoredTaskRow = Omit<RelayTaskRow, 'newestRun' | 'newestExit'>;

function toStoredTaskRow(columns: TaskColumns): StoredTaskRow {
  return {
    id: columns.id,
    appId: columns.app_id,
    taskId: columns.task_id,
    facts: JSON.parse(columns.facts) as RelayTaskFacts,
    firstAtMs: columns.first_at,
    lastBoundaryAtMs: columns.last_boundary_at,
    lastActivityAtMs: columns.last_sign_at,
    lastUntimedAtMs: columns.last_untimed_at,
    changed: { position: BigInt(columns.changed_position), ordinal: columns.changed_ordinal },
  };
}

/** A task as read, with the columns to compare before it is written again. */
export interface StoredTask {
  readonly row: StoredTaskRow;
  readonly columns: Partial<TaskColumnValues>;
}

/** The projector's statements for relay tasks and their sources. */
export function prepareTaskTable(db: Database.Database) {
  const task = <Parameters extends unknown[]>(rest: string) =>
    db.prepare<Parameters, TaskColumns & Partial<TaskColumnValues>>(`SELECT * FROM relay_tasks ${rest}`);
  const byTaskId = task<[string, string]>('WHERE task_id = ? AND app_id = ?');
  const byRow = task<[number]>('WHERE id = ?');
  const lastRow = db.prepare<[], number | null>('SELECT max(id) FROM relay_tasks').pluck();
  const insert = prepareInsert<TaskColumnValues & { id: number; first_position: bigint }>(db, 'relay_tasks');
  const sources = db
    .prepare<[number], string>('SELECT url FROM relay_task_sources WHERE task_row = ? ORDER BY url')
    .pluck();
  const removeSources = db.prepare<[number]>('DELETE FROM relay_task_sources WHERE task_row = ?');
  const insertSource = db.prepare<[string, number]>(
    'INSERT OR IGNORE INTO relay_task_sources (url, task_row) VALUES (?, ?)',
  );
  const stored = (columns: (TaskColumns & Partial<TaskColumnValues>) | undefined): StoredTask | null =>
    columns === undefined ? null : { row: toStoredTaskRow(columns), columns };

  return {
    byTaskId: (appId: string, taskId: string) => stored(byTaskId.get(taskId, appId)),
    byRow: (taskRow: number) => stored(byRow.get(taskRow)),
    lastRow: () => lastRow.get() ?? 0,
    insert(taskRow: number, columns: TaskColumnValues, firstPosition: bigint): void {
      insert({ id: taskRow, first_position: firstPosition, ...columns });
    },
    update: prepareUpdate<TaskColumnValues>(db, 'relay_tasks', indexedColumns),

    /** Written only if they changed: most callbacks of a task name the same sources. */
    putSources(taskRow: number, urls: readonly string[]): void {
      const wanted = [...new Set(urls)].sort();
      const present = sources.all(taskRow);
      if (wanted.length === present.length && wanted.every((url, index) => url === present[index])) return;
      removeSources.run(taskRow);
      for (const url of wanted) insertSource.run(url, taskRow);
    },
  };
}
