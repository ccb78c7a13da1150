import type Database from 'better-sqlite3';
import type { RelayRun, RunKey } from '../relay-runs.ts';
import type { NumberedRun, RelayTaskReader, RunRange } from '../relay-task-rows.ts';
import { prepareRows, prepareUpsert } from '../../projecting/file/statements.ts';
import { leastValue } from '../../lists/sql/list-definition.ts';

function toRunColumns(taskRow: number, run: RelayRun) {
  const { exit, opened } = run;
  return {
    task_row: taskRow,
    order_at: run.openedAtMs,
    nth: run.nth,
    opened_by: run.openedBy,
    began_at: run.startedAtMs ?? opened.occurredAtMs,
    opened_occurred_at: opened.occurredAtMs,
    opened_received_at: opened.receivedAtMs,
    start_at: run.startAtMs,
    started_at: run.startedAtMs,
    start_received_at: run.startReceivedAtMs,
    exit_at: exit?.atMs ?? null,
    exited_at: exit?.exitedAtMs ?? null,
    exit_received_at: exit?.receivedAtMs ?? null,
    exit_code: exit?.code ?? null,
    exit_code_text: exit?.codeText ?? null,
    exit_message: exit?.message ?? null,
    attribution: exit?.attribution ?? null,
  };
}

type RunColumns = Readonly<ReturnType<typeof toRunColumns>>;

function toRelayRun(columns: RunColumns): RelayRun {
  return {
    openedAtMs: columns.order_at,
    nth: columns.nth,
    openedBy: columns.opened_by,
    opened: { occurredAtMs: columns.opened_occurred_at, receivedAtMs: columns.opened_received_at },
    startAtMs: columns.start_at,
    startedAtMs: columns.started_at,
    startReceivedAtMs: columns.start_received_at,
    exit:
      columns.exit_at === null || columns.exit_received_at === null || columns.attribution === null
        ? null
        : {
            atMs: columns.exit_at,
            exitedAtMs: columns.exited_at,
            receivedAtMs: columns.exit_received_at,
            code: columns.exit_code,
            codeText: columns.exit_code_text,
            message: columns.exit_message,
            attribution: columns.attribution,
          },
  };
}

/** The runs that a task's row shows, for both the projector and the readers. */
export type NewestRuns = ReturnType<typeof prepareNewestRuns>;

/** Prepares the statements for the newest run of a task and for its newest exit. */
export function prepareNewestRuns(db: Database.Database) {
  return {
    newestRun: prepareRun<[number]>(db, 'ORDER BY order_at DESC, nth DESC'),
    newestExit: prepareRun<[number]>(db, 'AND exit_at IS NOT NULL ORDER BY order_at DESC, nth DESC'),
  };
}

/** Prepares the statements for the runs before and after a run. */
export function prepareRunNeighbours(db: Database.Database) {
  const next = prepareRun<[number, number, number]>(db, 'AND (order_at, nth) > (?, ?) ORDER BY order_at, nth');
  return {
    /** The newest run that began before a moment. */
    before: prepareRun<[number, number]>(db, 'AND order_at < ? ORDER BY order_at DESC, nth DESC'),
    next: (taskRow: number, { openedAtMs, nth }: RunKey) => next(taskRow, openedAtMs, nth),
  };
}

/** The runs of several tasks in one statement: fifty statements for a page would cost twenty times as much. */
export function prepareRunsOfTasks(db: Database.Database): RelayTaskReader['runs'] {
  // Reads the runs of each task from the moment of its n-th newest on, because a task may have any number of runs.
  const newest = prepareRows<RunColumns>(
    db,
    `SELECT run.* FROM json_each(?) AS task CROSS JOIN relay_runs AS run
     WHERE run.task_row = task.value AND run.order_at >= coalesce((
       SELECT order_at FROM relay_runs AS other WHERE other.task_row = task.value
       ORDER BY order_at DESC LIMIT 1 OFFSET +?), ${leastValue})`,
  );
  const count = db.prepare<[number], number>('SELECT count(*) FROM relay_runs WHERE task_row = ?').pluck();
  return (taskRows, rowsMax) => {
    const found = new Map<number, RunColumns[]>(taskRows.map((taskRow) => [taskRow, []]));
    for (const columns of newest.all([JSON.stringify(taskRows), rowsMax - 1])) {
      found.get(columns.task_row)?.push(columns);
    }
    const numbered = ([taskRow, runs]: [number, RunColumns[]]): [number, NumberedRun[]] => {
      const last = runs.length < rowsMax ? runs.length : (count.get(taskRow) ?? 0);
      // Sorted here, because SQLite would sort the runs of all tasks together.
      runs.sort((one, other) => other.order_at - one.order_at || other.nth - one.nth);
      const shown = runs.slice(0, rowsMax);
      return [taskRow, shown.map((columns, index) => Object.assign(toRelayRun(columns), { number: last - index }))];
    };
    return new Map([...found].map(numbered));
  };
}

/** Learns of what is written of a task. */
export interface RelayWritten {
  runWritten(taskRow: number, run: RelayRun): void;
  runRemoved(taskRow: number, run: RelayRun): void;
  /** Its sources or its target have changed. */
  taskRenamed(taskRow: number): void;
}

/** The projector's statements for runs. */
export function prepareRunTable(db: Database.Database, written: Pick<RelayWritten, 'runWritten' | 'runRemoved'>) {
  const range = 'WHERE task_row = ? AND (order_at, nth) >= (?, ?) AND (order_at, nth) < (?, ?)';
  const between = db.prepare<RangeParameters, RunColumns>(`SELECT * FROM relay_runs ${range} ORDER BY order_at, nth`);
  const upsert = prepareUpsert<RunColumns>(db, 'relay_runs');
  const removeBetween = db.prepare<RangeParameters>(`DELETE FROM relay_runs ${range}`);
  const put = (taskRow: number, run: RelayRun): void => {
    upsert(toRunColumns(taskRow, run));
    written.runWritten(taskRow, run);
  };
  const betweenOf = (taskRow: number, range: RunRange) => between.all(...parametersOf(taskRow, range)).map(toRelayRun);
  return {
    ...prepareNewestRuns(db),
    at: prepareRun<[number, number]>(db, 'AND order_at <= ? ORDER BY order_at DESC, nth DESC'),
    before: prepareRunNeighbours(db).before,
    between: betweenOf,
    put,
    replaceBetween(taskRow: number, range: RunRange, runs: readonly RelayRun[]): void {
      for (const run of betweenOf(taskRow, range)) written.runRemoved(taskRow, run);
      removeBetween.run(...parametersOf(taskRow, range));
      for (const run of runs) put(taskRow, run);
    },
  };
}

type RangeParameters = [taskRow: number, fromMs: number, fromNth: number, untilMs: number, untilNth: number];

function parametersOf(taskRow: number, { from, until }: RunRange): RangeParameters {
  return [taskRow, from.openedAtMs, from.nth, until.openedAtMs, until.nth];
}

function prepareRun<Parameters extends [taskRow: number, ...rest: number[]]>(db: Database.Database, rest: string) {
  const statement = db.prepare<number[], RunColumns>(`SELECT * FROM relay_runs WHERE task_row = ? ${rest} LIMIT 1`);
  return (...parameters: Parameters): RelayRun | null => {
    const columns = statement.get(...parameters);
    return columns === undefined ? null : toRelayRun(columns);
  };
}

interface CachedRuns {
  newest: RelayRun | null;
  newestExit: RelayRun | null;
  /** Runs not written yet, by key. */
  readonly dirty: Map<string, RelayRun>;
}

/**
 * Runs within one transaction. Only a task's newest run and newest exit are cached, because callbacks in order need no other. The file
 * answers every other question, after the task's runs are written.
 */
export function createRunCache(table: ReturnType<typeof prepareRunTable>) {
  const tasks = new Map<number, CachedRuns>();

  function runsOf(taskRow: number): CachedRuns {
    const known = tasks.get(taskRow);
    if (known !== undefined) return known;
    const newest = table.newestRun(taskRow);
    const newestExit = newest?.exit === null ? table.newestExit(taskRow) : newest;
    const cached = { newest, newestExit, dirty: new Map<string, RelayRun>() };
    tasks.set(taskRow, cached);
    return cached;
  }

  function store(taskRow: number): void {
    const cached = tasks.get(taskRow);
    if (cached === undefined) return;
    for (const run of cached.dirty.values()) table.put(taskRow, run);
    cached.dirty.clear();
  }

  return {
    newest: (taskRow: number) => runsOf(taskRow).newest,
    newestExit: (taskRow: number) => runsOf(taskRow).newestExit,

    /** Changes the newest run, or adds one after it. */
    put: (taskRow: number, run: RelayRun): void => {
      const cached = runsOf(taskRow);
      cached.dirty.set(`${run.openedAtMs} ${run.nth}`, run);
      cached.newest = run;
      if (run.exit !== null) cached.newestExit = run;
    },
    at: (taskRow: number, atMs: number): RelayRun | null => {
      const { newest } = runsOf(taskRow);
      // No run began after the newest one.
      if (newest === null || newest.openedAtMs <= atMs) return newest;
      store(taskRow);
      return table.at(taskRow, atMs);
    },
    before: (taskRow: number, atMs: number): RelayRun | null => {
      store(taskRow);
      return table.before(taskRow, atMs);
    },
    between: (taskRow: number, range: RunRange): RelayRun[] => {
      store(taskRow);
      return table.between(taskRow, range);
    },
    replaceBetween: (taskRow: number, range: RunRange, runs: readonly RelayRun[]): void => {
      store(taskRow);
      table.replaceBetween(taskRow, range, runs);
      tasks.delete(taskRow);
    },
    flush(): void {
      for (const taskRow of tasks.keys()) store(taskRow);
    },
    forget(): void {
      tasks.clear();
    },
  };
}
