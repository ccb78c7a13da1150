import type Database from 'better-sqlite3';
import { isPlaying, type RelayAlarm, type RelayFile } from '../relay-activity.ts';
import type { OrderPoint, RunKey } from '../relay-runs.ts';
import type { MomentRange } from '../relay-task-rows.ts';
import { cacheKey } from '../../projecting/file/row-cache.ts';
import { prepareUpsert } from '../../projecting/file/statements.ts';

function toFileColumns(taskRow: number, run: RunKey, file: RelayFile) {
  return {
    task_row: taskRow,
    run_at: run.openedAtMs,
    run_nth: run.nth,
    key: file.key,
    file_index: file.naming.index,
    url: file.naming.url,
    duration_seconds: file.naming.durationSeconds,
    named_at: file.namedAt.atMs,
    named_arrived_at: file.namedAt.arrivedAtMs,
    named_by: file.namedBy,
    duration_at: file.durationAt?.atMs ?? null,
    duration_arrived_at: file.durationAt?.arrivedAtMs ?? null,
    duration_by: file.durationBy,
    starts: file.starts,
    finishes: file.finishes,
    started_at: file.startedAt?.atMs ?? null,
    started_arrived_at: file.startedAt?.arrivedAtMs ?? null,
    finished_at: file.finishedAt?.atMs ?? null,
    finished_arrived_at: file.finishedAt?.arrivedAtMs ?? null,
    is_playing: Number(isPlaying(file)),
  };
}

type FileColumns = ReturnType<typeof toFileColumns>;

export function toRelayFile(columns: FileColumns): RelayFile {
  return {
    key: columns.key,
    naming: { index: columns.file_index, url: columns.url, durationSeconds: columns.duration_seconds },
    namedAt: { atMs: columns.named_at, arrivedAtMs: columns.named_arrived_at },
    namedBy: columns.named_by,
    durationAt: toPoint(columns.duration_at, columns.duration_arrived_at),
    durationBy: columns.duration_by,
    starts: columns.starts,
    finishes: columns.finishes,
    startedAt: toPoint(columns.started_at, columns.started_arrived_at),
    finishedAt: toPoint(columns.finished_at, columns.finished_arrived_at),
  };
}

function toPoint(atMs: number | null, arrivedAtMs: number | null): OrderPoint | null {
  return atMs === null ? null : { atMs, arrivedAtMs };
}

function toAlarmColumns(taskRow: number, run: RunKey, { type, firstAt, lastAt, times }: RelayAlarm) {
  const key = { task_row: taskRow, run_at: run.openedAtMs, run_nth: run.nth, type };
  const first = { first_at: firstAt.atMs, first_arrived_at: firstAt.arrivedAtMs };
  return { ...key, ...first, last_at: lastAt.atMs, last_arrived_at: lastAt.arrivedAtMs, times };
}

function toRelayAlarm(columns: ReturnType<typeof toAlarmColumns>): RelayAlarm {
  const { type, times } = columns;
  return {
    type,
    firstAt: { atMs: columns.first_at, arrivedAtMs: columns.first_arrived_at },
    lastAt: { atMs: columns.last_at, arrivedAtMs: columns.last_arrived_at },
    times,
  };
}

/** The projector's statements for one kind of activity in runs: files or alarms. */
interface ActivityTable<Activity> {
  find(taskRow: number, run: RunKey, key: string): Activity | null;
  put(taskRow: number, run: RunKey, activity: Activity): void;
  /** Removes the activity of runs that began in this range. */
  removeBetween(taskRow: number, range: MomentRange): void;
  keyOf(activity: Activity): string;
}

/** The source files of runs, one row for each file of a run. */
export function prepareFileTable(db: Database.Database): ActivityTable<RelayFile> {
  return prepareTable(db, {
    table: 'relay_files',
    keyColumn: 'key',
    keyOf: ({ key }) => key,
    toColumns: toFileColumns,
    fromColumns: toRelayFile,
  });
}

/** The alarms of runs, one row for each type of alarm of a run. */
export function prepareAlarmTable(db: Database.Database): ActivityTable<RelayAlarm> {
  return prepareTable(db, {
    table: 'relay_alarms',
    keyColumn: 'type',
    keyOf: ({ type }) => type,
    toColumns: toAlarmColumns,
    fromColumns: toRelayAlarm,
  });
}

interface ActivityColumns<Activity, Written, Read> {
  readonly table: string;
  readonly keyColumn: string;
  readonly keyOf: (activity: Activity) => string;
  readonly toColumns: (taskRow: number, run: RunKey, activity: Activity) => Written;
  readonly fromColumns: (columns: Read) => Activity;
}

function prepareTable<Activity, Written extends object, Read>(
  db: Database.Database,
  { table, keyColumn, keyOf, toColumns, fromColumns }: ActivityColumns<Activity, Written, Read>,
): ActivityTable<Activity> {
  const find = db.prepare<[number, number, number, string], Read>(
    `SELECT * FROM ${table} WHERE task_row = ? AND run_at = ? AND run_nth = ? AND ${keyColumn} = ?`,
  );
  const upsert = prepareUpsert<Written>(db, table);
  const removeBetween = db.prepare<[number, number, number]>(
    `DELETE FROM ${table} WHERE task_row = ? AND run_at >= ? AND run_at < ?`,
  );
  return {
    find(taskRow, run, key) {
      const columns = find.get(taskRow, run.openedAtMs, run.nth, key);
      return columns === undefined ? null : fromColumns(columns);
    },
    put(taskRow, run, activity) {
      upsert(toColumns(taskRow, run, activity));
    },
    removeBetween: (taskRow, { fromMs, untilMs }) => void removeBetween.run(taskRow, fromMs, untilMs),
    keyOf,
  };
}

interface CachedActivity<Activity> {
  readonly taskRow: number;
  readonly run: RunKey;
  activity: Activity;
  isDirty: boolean;
}

/** Files or alarms of runs within one transaction, folded in memory and written once by `flush`. */
export function createActivityCache<Activity>(table: ActivityTable<Activity>) {
  /** By task, then by run and key. */
  const tasks = new Map<number, Map<string, CachedActivity<Activity>>>();

  function activityOf(taskRow: number): Map<string, CachedActivity<Activity>> {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const none = new Map<string, CachedActivity<Activity>>();
    tasks.set(taskRow, none);
    return none;
  }

  return {
    find: (taskRow: number, run: RunKey, key: string): Activity | null => {
      const ofTask = activityOf(taskRow);
      const cached = ofTask.get(runAndKey(run, key));
      if (cached !== undefined) return cached.activity;
      const activity = table.find(taskRow, run, key);
      if (activity !== null) ofTask.set(runAndKey(run, key), { taskRow, run, activity, isDirty: false });
      return activity;
    },
    put: (taskRow: number, run: RunKey, activity: Activity): void => {
      activityOf(taskRow).set(runAndKey(run, table.keyOf(activity)), { taskRow, run, activity, isDirty: true });
    },
    removeBetween(taskRow: number, range: MomentRange): void {
      table.removeBetween(taskRow, range);
      const ofTask = activityOf(taskRow);
      for (const [key, { run }] of ofTask) {
        if (run.openedAtMs >= range.fromMs && run.openedAtMs < range.untilMs) ofTask.delete(key);
      }
    },
    flush(): void {
      for (const ofTask of tasks.values()) {
        for (const cached of ofTask.values()) {
          if (cached.isDirty) table.put(cached.taskRow, cached.run, cached.activity);
          cached.isDirty = false;
        }
      }
    },
    forget(): void {
      tasks.clear();
    },
  };
}

function runAndKey({ openedAtMs, nth }: RunKey, key: string): string {
  return cacheKey(openedAtMs, cacheKey(nth, key));
}
