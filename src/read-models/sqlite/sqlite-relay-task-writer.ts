import type Database from 'better-sqlite3';
import type { RelayEvent } from '../../domain/relay-callback.ts';
import type { Attribution, RelayRun, RunBoundary } from '../../domain/relay-runs.ts';
import { tellFacts } from '../../domain/relay-task.ts';
import type { NamelessExit } from '../../domain/relay-attribution.ts';
import type { RelayTaskWriter, StoredSign } from '../relay-task-writer.ts';
import {
  taskColumnNames,
  toFileColumns,
  toRelayAlarm,
  toRelayFile,
  toRelayRun,
  toRunColumns,
  toTaskColumns,
  type AlarmColumns,
  type FileColumns,
  type RunColumns,
  type TaskColumns,
} from './relay-columns.ts';
import { prepareNewestRuns, toRunOrNull } from './newest-runs.ts';
import { insertSql, prepareUpdate, upsertSql } from './sql.ts';

/** Relay tasks as the projector writes them; `db` is the projector's connection. */
export function createSqliteRelayTaskWriter(db: Database.Database): RelayTaskWriter {
  const sql = prepareStatements(db);
  const { newestRun, newestExit, toTaskRow } = prepareNewestRuns(db);
  const task = (columns: TaskColumns | undefined) => (columns === undefined ? null : toTaskRow(columns));

  return {
    findTask: (appId, taskId) => task(sql.findTask.get(taskId, appId)),
    taskByRow: (taskRow) => task(sql.taskByRow.get(taskRow)),

    putTask(toPut) {
      const columns = toTaskColumns(toPut);
      let id = toPut.id;
      if (id === null) {
        const first = { ...columns, first_position: columns.changed_position };
        id = Number(sql.insertTask.run(first).lastInsertRowid);
      } else sql.updateTask(columns, id);
      putSources(id, tellFacts(toPut.facts).sourceUrls);
      return id;
    },

    newestRun,
    newestExit,
    runAt: (taskRow, atMs) => toRunOrNull(sql.runAt.get(taskRow, atMs)),
    runBefore: (taskRow, atMs) => toRunOrNull(sql.runBefore.get(taskRow, atMs)),
    runsFrom: (taskRow, number) => sql.runsFrom.all(taskRow, number).map(toRelayRun),
    putRun: (taskRow, toPut) => void sql.putRun.run(toRunColumns(taskRow, toPut)),
    replaceRunsFrom(taskRow, number, runs: readonly RelayRun[]) {
      sql.removeRunsFrom.run(taskRow, number);
      for (const one of runs) sql.putRun.run(toRunColumns(taskRow, one));
    },

    findFile(taskRow, runNumber, key) {
      const columns = sql.findFile.get(taskRow, runNumber, key);
      return columns === undefined ? null : toRelayFile(columns);
    },
    putFile: (taskRow, runNumber, file) => void sql.putFile.run(toFileColumns(taskRow, runNumber, file)),
    findAlarm(taskRow, runNumber, type) {
      const columns = sql.findAlarm.get(taskRow, runNumber, type);
      return columns === undefined ? null : toRelayAlarm(columns);
    },
    putAlarm: (taskRow, runNumber, { type, firstAtMs, lastAtMs, times }) =>
      void sql.putAlarm.run({
        task_row: taskRow,
        run_number: runNumber,
        type,
        first_at: firstAtMs,
        last_at: lastAtMs,
        times,
      }),
    removeSignsFrom(taskRow, runNumber) {
      sql.removeFiles.run(taskRow, runNumber);
      sql.removeAlarms.run(taskRow, runNumber);
    },

    boundariesFrom: (taskRow, atMs) => sql.boundariesFrom.all(taskRow, atMs).flatMap(toBoundary),
    lastBoundaryAtMs: (taskRow) => sql.lastBoundary.get(taskRow) ?? null,
    firstSignAtMs: (taskRow) => sql.firstSign.get(taskRow) ?? null,
    signsFrom: (taskRow, atMs, after, rowsMax) =>
      sql.signsFrom.all(taskRow, after?.atMs ?? atMs, after?.position ?? 0n, rowsMax).map(toStoredSign),

    openTasksOfSource: (sourceKey) => sql.openTasksOfSource.all(sourceKey),
    tasksOfSource: (sourceKey) => sql.tasksOfSource.all(sourceKey),
    lastBoundaryOfSource: (sourceKey) => sql.lastBoundaryOfSource.get(sourceKey) ?? null,
    namelessExitsFrom: (sourceKey, atMs) =>
      sql.namelessExitsFrom
        .all(sourceKey, atMs)
        .flatMap((columns) =>
          toBoundary(columns).flatMap((boundary) =>
            boundary.kind === 'EXIT' ? [{ exit: boundary satisfies NamelessExit, taskRow: columns.task_row }] : [],
          ),
        ),
    lastNamelessExitAtMs: (sourceKey, exceptPosition) =>
      sql.lastNamelessExit.get(sourceKey, exceptPosition ?? -1n) ?? null,
    attribute: (callbackPosition, taskRow) =>
      void sql.attribute.run(
        taskRow,
        taskRow === null ? null : ('BY_SOURCE_URLS' satisfies Attribution),
        callbackPosition,
      ),
  };

  /** Written only where it changed: most callbacks of a task name the same sources. */
  function putSources(taskRow: number, urls: readonly string[]): void {
    const wanted = [...new Set(urls)].sort();
    const present = sql.sourcesOfTask.all(taskRow);
    if (wanted.length === present.length && wanted.every((url, index) => url === present[index])) return;
    sql.removeSources.run(taskRow);
    for (const url of wanted) sql.insertSource.run(url, taskRow);
  }
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

function toStoredSign({ position, identity, at, relay_event }: SignColumns): StoredSign {
  const event = JSON.parse(relay_event) as Extract<RelayEvent, { type: 'FILE_START' | 'FILE_FINISH' | 'ALARM' }>;
  const place = { atMs: at, position: BigInt(position) };
  if (event.type === 'ALARM') return { place, sign: { ...event, atMs: at } };
  return { place, sign: { ...event, atMs: at, digest: identity.toString('hex') } };
}

const indexedTaskColumns = [
  'app_id',
  'task_id',
  'state',
  'source_key',
  'to_url',
  'domain',
  'path',
  'stream_id',
  'is_open',
  'started_at',
  'exited_order',
  'exit_code',
  'ordered_at',
  'last_boundary_at',
];

const plainTaskColumns = ['facts', 'exited_at', 'first_at', 'last_sign_at', 'changed_position', 'changed_ordinal'];

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
];

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
];

function prepareStatements(db: Database.Database) {
  const selectTask = `SELECT ${taskColumnNames} FROM relay_tasks`;
  const selectBoundary = `SELECT position, identity, at, occurred_at, received_at, relay_event, attribution, task_row FROM callbacks`;
  return {
    findTask: db.prepare<[string, string], TaskColumns>(`${selectTask} WHERE task_id = ? AND app_id = ?`),
    taskByRow: db.prepare<[number], TaskColumns>(`${selectTask} WHERE id = ?`),
    insertTask: db.prepare(insertSql('relay_tasks', [...indexedTaskColumns, ...plainTaskColumns, 'first_position'])),
    updateTask: prepareUpdate(db, 'relay_tasks', indexedTaskColumns, plainTaskColumns),
    sourcesOfTask: db
      .prepare<[number], string>('SELECT url FROM relay_task_sources WHERE task_row = ? ORDER BY url')
      .pluck(),
    removeSources: db.prepare<[number]>('DELETE FROM relay_task_sources WHERE task_row = ?'),
    insertSource: db.prepare<[string, number]>('INSERT INTO relay_task_sources (url, task_row) VALUES (?, ?)'),

    runAt: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND opened_at <= ? ORDER BY opened_at DESC, number DESC LIMIT 1',
    ),
    runBefore: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND opened_at < ? ORDER BY opened_at DESC, number DESC LIMIT 1',
    ),
    runsFrom: db.prepare<[number, number], RunColumns>(
      'SELECT * FROM relay_runs WHERE task_row = ? AND number >= ? ORDER BY number',
    ),
    putRun: db.prepare(upsertSql('relay_runs', ['task_row', 'number'], runColumns)),
    removeRunsFrom: db.prepare<[number, number]>('DELETE FROM relay_runs WHERE task_row = ? AND number >= ?'),

    findFile: db.prepare<[number, number, string], FileColumns>(
      'SELECT * FROM relay_files WHERE task_row = ? AND run_number = ? AND key = ?',
    ),
    putFile: db.prepare(upsertSql('relay_files', ['task_row', 'run_number', 'key'], fileColumns)),
    removeFiles: db.prepare<[number, number]>('DELETE FROM relay_files WHERE task_row = ? AND run_number >= ?'),
    findAlarm: db.prepare<[number, number, string], AlarmColumns>(
      'SELECT * FROM relay_alarms WHERE task_row = ? AND run_number = ? AND type = ?',
    ),
    putAlarm: db.prepare(
      upsertSql('relay_alarms', ['task_row', 'run_number', 'type'], ['first_at', 'last_at', 'times']),
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
