import type Database from 'better-sqlite3';
import type { RelayRun } from '../../../domain/relay-task/relay-runs.ts';
import type { RelayTaskRow } from '../../rows.ts';
import { toRelayRun, toRelayTaskRow, type RunColumns, type TaskColumns } from './relay-columns.ts';

/** What a task's row tells of its runs, for the projector's side and the readers' alike. */
export interface NewestRuns {
  readonly newestRun: (taskRow: number) => RelayRun | null;
  readonly newestExit: (taskRow: number) => RelayRun | null;
  /** A task with its newest run and its newest exit. */
  readonly toTaskRow: (columns: TaskColumns) => RelayTaskRow;
}

export function prepareNewestRuns(db: Database.Database): NewestRuns {
  const newest = db.prepare<[number], RunColumns>(
    'SELECT * FROM relay_runs WHERE task_row = ? ORDER BY number DESC LIMIT 1',
  );
  const newestExited = db.prepare<[number], RunColumns>(
    'SELECT * FROM relay_runs WHERE task_row = ? AND exit_at IS NOT NULL ORDER BY number DESC LIMIT 1',
  );
  const newestRun = (taskRow: number) => toRunOrNull(newest.get(taskRow));
  const newestExit = (taskRow: number) => toRunOrNull(newestExited.get(taskRow));
  return {
    newestRun,
    newestExit,
    toTaskRow: (columns) => toRelayTaskRow(columns, newestRun(columns.id), newestExit(columns.id)),
  };
}

export function toRunOrNull(columns: RunColumns | undefined): RelayRun | null {
  return columns === undefined ? null : toRelayRun(columns);
}
