import type Database from 'better-sqlite3';
import type { RelayEvent } from '../../../domain/relay-task/relay-callback.ts';
import type { Attribution, RelayRun, RunBoundary } from '../../../domain/relay-task/relay-runs.ts';
import type { ExitWithoutTaskId } from '../../../domain/relay-task/relay-attribution.ts';
import type { RelayAlarm, RelayFile } from '../../../domain/relay-task/relay-activity.ts';
import type { ActivityPosition, StoredActivity } from '../../relay-tasks.ts';
import type { RelayTaskRow } from '../../rows.ts';
import {
  toAlarmColumns,
  toFileColumns,
  toRelayAlarm,
  toRelayFile,
  toRelayRun,
  toRelayTaskRow,
  toRunColumns,
  type AlarmColumns,
  type FileColumns,
  type RunColumns,
  type TaskColumns,
  type TaskColumnValues,
} from './relay-columns.ts';
import { prepareNewestRuns, toRunOrNull } from './newest-runs.ts';
import { prepareInsert, prepareUpdate, prepareUpsert } from '../file/sql.ts';

/** A task as it was read, with the columns to compare with before it is written again. */
export interface StoredTask {
  readonly row: Omit<RelayTaskRow, 'newestRun' | 'newestExit'>;
  readonly columns: Partial<TaskColumnValues>;
}

/** What the projector asks of the file, and writes to it, of relay tasks. */
export type RelayTaskTables = ReturnType<typeof createRelayTaskTables>;

export function createRelayTaskTables(db: Database.Database) {
  const sql = prepareStatements(db);
  const { newestRun, newestExit } = prepareNewestRuns(db);
  const task = (columns: (TaskColumns & Partial<TaskColumnValues>) | undefined): StoredTask | null =>
    columns === undefined ? null : { row: toRelayTaskRow(columns, null, null), columns };

  return {
    findTask: (appId: string, taskId: string) => task(sql.findTask.get(taskId, appId)),
    taskByRow: (taskRow: number) => task(sql.taskByRow.get(taskRow)),
    lastTaskRow: () => sql.lastTaskRow.get() ?? 0,
    insertTask: (taskRow: number, columns: TaskColumnValues, firstPosition: bigint) => {
      sql.insertTask({ id: taskRow, first_position: firstPosition, ...columns });
    },
    updateTask: sql.updateTask,

    /** Written only where it changed: most callbacks of a task name the same sources. */
    putSources(taskRow: number, urls: readonly string[]): void {
      const wanted = [...new Set(urls)].sort();
      const present = sql.sourcesOfTask.all(taskRow);
      if (wanted.length === present.length && wanted.every((url, index) => url === present[index])) return;
      sql.removeSources.run(taskRow);
      for (const url of wanted) sql.insertSource.run(url, taskRow);
    },

    newestRun,
    newestExit,
    runAt: (taskRow: number, atMs: number) => toRunOrNull(sql.runAt.get(taskRow, atMs)),
    runBefore: (taskRow: number, atMs: number) => toRunOrNull(sql.runBefore.get(taskRow, atMs)),
    runsFrom: (taskRow: number, number: number) => sql.runsFrom.all(taskRow, number).map(toRelayRun),
    putRun: (taskRow: number, run: RelayRun) => {
      sql.putRun(toRunColumns(taskRow, run));
    },
    replaceRunsFrom(taskRow: number, number: number, runs: readonly RelayRun[]): void {
      sql.removeRunsFrom.run(taskRow, number);
      for (const one of runs) sql.putRun(toRunColumns(taskRow, one));
    },

    findFile: (taskRow: number, runNumber: number, key: string): RelayFile | null => {
      const columns = sql.findFile.get(taskRow, runNumber, key);
      return columns === undefined ? null : toRelayFile(columns);
    },
    putFile: (taskRow: number, runNumber: number, file: RelayFile) => {
      sql.putFile(toFileColumns(taskRow, runNumber, file));
    },
    removeFilesFrom: (taskRow: number, runNumber: number) => void sql.removeFiles.run(taskRow, runNumber),
    findAlarm: (taskRow: number, runNumber: number, type: string): RelayAlarm | null => {
      const columns = sql.findAlarm.get(taskRow, runNumber, type);
      return columns === undefined ? null : toRelayAlarm(columns);
    },
    putAlarm: (taskRow: number, runNumber: number, alarm: RelayAlarm) => {
      sql.putAlarm(toAlarmColumns(taskRow, runNumber, alarm));
    },
    removeAlarmsFrom: (taskRow: number, runNumber: number) => void sql.removeAlarms.run(taskRow, runNumber),

    boundariesFrom: (taskRow: number, atMs: number) => sql.boundariesFrom.all(taskRow, atMs).flatMap(toBoundary),
    lastBoundaryAtMs: (taskRow: number) => sql.lastBoundary.get(taskRow) ?? null,
    firstActivityAtMs: (taskRow: number) => sql.firstSign.get(taskRow) ?? null,
    activityFrom: (taskRow: number, atMs: number, after: ActivityPosition | null, rowsMax: number) =>
      sql.signsFrom.all(taskRow, after?.atMs ?? atMs, after?.position ?? 0n, rowsMax).map(toStoredSign),

    openTasksOfSource: (sourceKey: string) => sql.openTasksOfSource.all(sourceKey),
    tasksOfSource: (sourceKey: string) => sql.tasksOfSource.all(sourceKey),
    lastBoundaryOfSource: (sourceKey: string) => sql.lastBoundaryOfSource.get(sourceKey) ?? null,
    exitsWithoutTaskIdFrom: (sourceKey: string, atMs: number) =>
      sql.namelessExitsFrom
        .all(sourceKey, atMs)
        .flatMap((columns) =>
          toBoundary(columns).flatMap((boundary) =>
            boundary.kind === 'EXIT' ? [{ exit: boundary satisfies ExitWithoutTaskId, taskRow: columns.task_row }] : [],
          ),
        ),
    lastExitWithoutTaskIdAtMs: (sourceKey: string, exceptPosition: bigint | null) =>
      sql.lastNamelessExit.get(sourceKey, exceptPosition ?? -1n) ?? null,
    attribute: (callbackPosition: bigint, taskRow: number | null) =>
      void sql.attribute.run(
        taskRow,
        taskRow === null ? null : ('BY_SOURCE_URLS' satisfies Attribution),
        callbackPosition,
      ),
  };
}

interface BoundaryColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly at: number;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly relay_event: string;
  readonly attribution: Attribution | null;
  readonly task_row: number | null;
}

function toBoundary(columns: BoundaryColumns): RunBoundary[] {
  const event = JSON.parse(columns.relay_event) as RelayEvent;
  const place = {
    atMs: columns.at,
    occurredAtMs: columns.occurred_at,
    receivedAtMs: columns.received_at,
    digest: columns.identity.toString('hex'),
    position: BigInt(columns.position),
  };
  if (event.type === 'TASK_START') return [{ kind: 'START', ...place }];
  if (event.type !== 'TASK_EXIT') return [];
  return [{ kind: 'EXIT', ...place, exit: event.exit, attribution: columns.attribution ?? 'BY_SOURCE_URLS' }];
}

interface SignColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly at: number;
  readonly relay_event: string;
}

function toStoredSign({ position, identity, at, relay_event }: SignColumns): StoredActivity {
  const event = JSON.parse(relay_event) as Extract<RelayEvent, { type: 'FILE_START' | 'FILE_FINISH' | 'ALARM' }>;
  const place = { atMs: at, position: BigInt(position) };
  if (event.type === 'ALARM') return { at: place, activity: { atMs: at, ...event } };
  return { at: place, activity: { atMs: at, digest: identity.toString('hex'), ...event } };
}

/** What is written of a task with its first row, and never again. */
interface FirstTaskColumns {
  readonly id: number;
  readonly first_position: bigint;
}

/** Columns that indexes stand on, in groups of what changes together. */
const indexedTaskColumns = [
  ['app_id', 'task_id', 'source_key', 'to_url', 'domain', 'path', 'stream_id'],
  ['state', 'is_open', 'exited_order', 'exit_code', 'ordered_at', 'last_boundary_at'],
  ['changed_position', 'changed_ordinal'],
] as const;

const plainTaskColumns = ['facts', 'started_at', 'exited_at', 'first_at', 'last_sign_at'] as const;

const runColumns = [
  'opened_by',
  'opened_at',
  'start_at',
  'started_at',
  'start_received_at',
  'exit_at',
  'exited_at',
  'exit_received_at',
  'exit_code',
  'exit_code_text',
  'exit_message',
  'attribution',
] as const;

const fileColumns = [
  'file_index',
  'url',
  'duration_seconds',
  'named_at',
  'named_by',
  'starts',
  'finishes',
  'started_at',
  'finished_at',
  'is_playing',
] as const;

function prepareStatements(db: Database.Database) {
  const selectTask = 'SELECT * FROM relay_tasks';
  const selectBoundary = `SELECT position, identity, at, occurred_at, received_at, relay_event, attribution, task_row FROM callbacks`;
  return {
    findTask: db.prepare<[string, string], TaskColumns & Partial<TaskColumnValues>>(
      `${selectTask} WHERE task_id = ? AND app_id = ?`,
    ),
    taskByRow: db.prepare<[number], TaskColumns & Partial<TaskColumnValues>>(`${selectTask} WHERE id = ?`),
    lastTaskRow: db.prepare<[], number | null>('SELECT max(id) FROM relay_tasks').pluck(),
    insertTask: prepareInsert<TaskColumnValues & FirstTaskColumns>(db, 'relay_tasks', [
      'id',
      'first_position',
      ...indexedTaskColumns.flat(),
      ...plainTaskColumns,
    ]),
    updateTask: prepareUpdate<TaskColumnValues>(db, 'relay_tasks', indexedTaskColumns, plainTaskColumns),
    sourcesOfTask: db
      .prepare<[number], string>('SELECT url FROM relay_task_sources WHERE task_row = ? ORDER BY url')
      .pluck(),
    removeSources: db.prepare<[number]>('DELETE FROM relay_task_sources WHERE task_row = ?'),
    insertSource: db.prepare<[string, number]>(
      'INSERT OR IGNORE INTO relay_task_sources (url, task_row) VALUES (?, ?)',
    ),

    runAt: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND opened_at <= ? ORDER BY opened_at DESC, number DESC LIMIT 1',
    ),
    runBefore: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND opened_at < ? ORDER BY opened_at DESC, number DESC LIMIT 1',
    ),
    runsFrom: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND number >= ? ORDER BY number',
    ),
    putRun: prepareUpsert<ReturnType<typeof toRunColumns>>(db, 'relay_runs', ['task_row', 'number'], runColumns),
    removeRunsFrom: db.prepare<[number, number]>('DELETE FROM relay_runs WHERE task_row = ? AND number >= ?'),

    findFile: db.prepare<[number, number, string], FileColumns>(
      'SELECT * FROM relay_files WHERE task_row = ? AND run_number = ? AND key = ?',
    ),
    putFile: prepareUpsert<ReturnType<typeof toFileColumns>>(
      db,
      'relay_files',
      ['task_row', 'run_number', 'key'],
      fileColumns,
    ),
    removeFiles: db.prepare<[number, number]>('DELETE FROM relay_files WHERE task_row = ? AND run_number >= ?'),
    findAlarm: db.prepare<[number, number, string], AlarmColumns>(
      'SELECT * FROM relay_alarms WHERE task_row = ? AND run_number = ? AND type = ?',
    ),
    putAlarm: prepareUpsert<ReturnType<typeof toAlarmColumns>>(
      db,
      'relay_alarms',
      ['task_row', 'run_number', 'type'],
      ['first_at', 'last_at', 'times'],
    ),
    removeAlarms: db.prepare<[number, number]>('DELETE FROM relay_alarms WHERE task_row = ? AND run_number >= ?'),

    boundariesFrom: db.prepare<[number, number], BoundaryColumns>(
      `${selectBoundary} WHERE task_row = ? AND relay_kind = 'BOUNDARY' AND at >= ? ORDER BY at, position`,
    ),
    lastBoundary: db
      .prepare<[number], number | null>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'BOUNDARY'`)
      .pluck(),
    firstSign: db
      .prepare<[number], number | null>(`SELECT min(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN'`)
      .pluck(),
    signsFrom: db.prepare<[number, number, bigint, number], SignColumns>(
      `SELECT position, identity, at, relay_event FROM callbacks
       WHERE task_row = ? AND relay_kind = 'SIGN' AND (at, position) > (?, ?) ORDER BY at, position LIMIT ?`,
    ),

    openTasksOfSource: db
      .prepare<[string], number>('SELECT id FROM relay_tasks WHERE source_key = ? AND is_open = 1 LIMIT 2')
      .pluck(),
    tasksOfSource: db.prepare<[string], number>('SELECT id FROM relay_tasks WHERE source_key = ? ORDER BY id').pluck(),
    lastBoundaryOfSource: db
      .prepare<[string], number | null>('SELECT max(last_boundary_at) FROM relay_tasks WHERE source_key = ?')
      .pluck(),
    namelessExitsFrom: db.prepare<[string, number], BoundaryColumns>(
      `${selectBoundary} WHERE source_key = ? AND at >= ? ORDER BY at, position`,
    ),
    lastNamelessExit: db
      .prepare<[string, bigint], number>(
        'SELECT at FROM callbacks WHERE source_key = ? AND position <> ? ORDER BY at DESC LIMIT 1',
      )
      .pluck(),
    attribute: db.prepare<[number | null, string | null, bigint]>(
      'UPDATE callbacks SET task_row = ?, attribution = ? WHERE position = ?',
    ),
  };
}
