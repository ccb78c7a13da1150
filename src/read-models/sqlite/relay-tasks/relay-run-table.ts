import type Database from 'better-sqlite3';
import type { RelayRun } from '../../../domain/relay-task/relay-runs.ts';
import { prepareUpsert } from '../file/write-statements.ts';

function toRunColumns(taskRow: number, run: RelayRun) {
  const { exit } = run;
  return {
    task_row: taskRow,
    number: run.number,
    opened_by: run.openedBy,
    opened_at: run.openedAtMs,
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

export type RunColumns = Readonly<ReturnType<typeof toRunColumns>>;

export function toRelayRun(columns: RunColumns): RelayRun {
  return {
    number: columns.number,
    openedBy: columns.opened_by,
    openedAtMs: columns.opened_at,
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

/** The runs that a task's row shows, for the projector and the readers alike. */
export type NewestRuns = ReturnType<typeof prepareNewestRuns>;

/** Prepares the statements for the newest run of a task and for its newest exit. */
export function prepareNewestRuns(db: Database.Database) {
  return {
    newestRun: prepareRun<[number]>(db, 'ORDER BY number DESC'),
    newestExit: prepareRun<[number]>(db, 'AND exit_at IS NOT NULL ORDER BY number DESC'),
  };
}

/** The projector's statements for runs. */
export function prepareRunTable(db: Database.Database) {
  const from = db.prepare<[number, number], RunColumns>(
    'SELECT * FROM relay_runs WHERE task_row = ? AND number >= ? ORDER BY number',
  );
  const upsert = prepareUpsert<RunColumns>(db, 'relay_runs');
  const removeFrom = db.prepare<[number, number]>('DELETE FROM relay_runs WHERE task_row = ? AND number >= ?');
  const put = (taskRow: number, run: RelayRun): void => {
    upsert(toRunColumns(taskRow, run));
  };
  return {
    ...prepareNewestRuns(db),
    at: prepareRun<[number, number]>(db, 'AND opened_at <= ? ORDER BY opened_at DESC, number DESC'),
    before: prepareRun<[number, number]>(db, 'AND opened_at < ? ORDER BY opened_at DESC, number DESC'),
    from: (taskRow: number, number: number) => from.all(taskRow, number).map(toRelayRun),
    put,
    replaceFrom(taskRow: number, number: number, runs: readonly RelayRun[]): void {
      removeFrom.run(taskRow, number);
      for (const run of runs) put(taskRow, run);
    },
  };
}

function prepareRun<Parameters extends [taskRow: number, ...rest: number[]]>(db: Database.Database, rest: string) {
  const statement = db.prepare<number[], RunColumns>(`SELECT * FROM relay_runs WHERE task_row = ? ${rest} LIMIT 1`);
  return (...parameters: Parameters): RelayRun | null => {
    const columns = statement.get(...parameters);
    return columns === undefined ? null : toRelayRun(columns);
  };
}
