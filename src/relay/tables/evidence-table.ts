import type Database from 'better-sqlite3';
import { fileKeyOf, type RelayFile } from '../relay-activity.ts';
import { wouldEnd, type FileOffering, type Neighbours, type RunEvidence } from '../relay-explanation.ts';
import { orderTimeOfExit, type RelayRun, type RunBoundary, type RunKey } from '../relay-runs.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { RelayTaskReader } from '../relay-task-rows.ts';
import { toBoundary, toStoredActivity, type ActivityColumns, type BoundaryColumns } from './relay-callback-table.ts';
import { prepareRelayOrder } from './exit-table.ts';
import { prepareRunNeighbours } from './run-table.ts';
import { prepareRelaySources } from './source-table.ts';

// What runs and files were folded from, for readers who ask where a value comes from.

const activityColumns = 'position, identity, at, occurred_at, received_at, relay_event';
const boundaryColumns = `${activityColumns}, attribution, callbacks.task_row`;
const activityOfTask = `task_row = ? AND relay_kind = 'SIGN'`;

/** Reads what runs and files were folded from. Prepares its statements at the first question, because few clients ask. */
export function createRelayEvidence(db: Database.Database): Pick<RelayTaskReader, 'runEvidence' | 'fileCallbacks'> {
  let prepared: ReturnType<typeof prepare> | null = null;
  return {
    runEvidence: (...asked) => (prepared ??= prepare(db)).runEvidence(...asked),
    fileCallbacks: (...asked) => (prepared ??= prepare(db)).fileCallbacks(...asked),
  };
}

function prepare(db: Database.Database) {
  const neighbours = prepareRunNeighbours(db);
  const order = prepareRelayOrder(db);
  const { hasTimes } = prepareRelaySources(db);
  const boundaries = db.prepare<[number, number, number, number], BoundaryColumns>(
    `SELECT ${boundaryColumns} FROM callbacks
     WHERE task_row = ? AND relay_kind = 'BOUNDARY' AND at >= ? AND at <= ? ORDER BY at LIMIT +?`,
  );
  const candidateExits = db.prepare<[number, number, number], BoundaryColumns>(
    `SELECT ${boundaryColumns} FROM relay_exit_candidates AS candidate JOIN callbacks ON position = exit_position
     WHERE candidate.task_row = ? AND candidate.source_at <= ? AND callbacks.task_row IS NOT candidate.task_row
     ORDER BY candidate.source_at DESC LIMIT +?`,
  );
  const newestActivity = db.prepare<[number, number, number, number], ActivityColumns>(
    `SELECT ${activityColumns} FROM callbacks WHERE ${activityOfTask} AND at >= ? AND at < ? ORDER BY at DESC LIMIT +?`,
  );
  const timedActivityAt = db.prepare<[number, number, number], ActivityColumns>(
    `SELECT ${activityColumns} FROM callbacks WHERE ${activityOfTask} AND at = ? AND occurred_at IS NOT NULL LIMIT +?`,
  );
  // The plus keeps SQLite from using the index by task: a task may have any number of these.
  const untimedActivityAt = db.prepare<[number, number, number, number, number], ActivityColumns>(
    `SELECT ${activityColumns} FROM callbacks
     WHERE received_at = ? AND occurred_at IS NULL AND +${activityOfTask} AND at >= ? AND at < ? LIMIT +?`,
  );

  function lostExits(taskRow: number, run: RelayRun, around: Neighbours, rowsMax: number): RunBoundary[] {
    const untilMs = around.next?.openedAtMs ?? -1;
    // On our clock, exits are ordered differently in the task than among themselves.
    const found = candidateExits.all(taskRow, untilMs > 0 ? untilMs : Number.MAX_SAFE_INTEGER, rowsMax);
    const orderOfTask = {
      hasTimes: () => hasTimes(taskRow),
      arrivedBefore: (receivedAtMs: number) => order.arrivedBefore(taskRow, receivedAtMs, false),
    };
    return found
      .flatMap(toBoundary)
      .filter((exit) => wouldEnd(run, around, orderTimeOfExit(exit, orderOfTask)))
      .sort(byPosition);
  }

  return {
    runEvidence(taskRow: number, run: RelayRun, rowsMax: number): RunEvidence {
      const around = { before: neighbours.before(taskRow, run.openedAtMs), next: neighbours.next(taskRow, run) };
      const lastMs = Math.max(run.openedAtMs, run.startAtMs ?? run.openedAtMs, run.exit?.atMs ?? run.openedAtMs);
      const found = boundaries.all(taskRow, run.openedAtMs, lastMs, rowsMax + 1);
      if (found.length > rowsMax) throw tooMany(rowsMax);
      return {
        before: around.before,
        boundaries: found.flatMap(toBoundary),
        lostExits: lostExits(taskRow, run, around, rowsMax),
      };
    },
    fileCallbacks(taskRow: number, run: RunKey, file: RelayFile, rowsMax: number): FileOffering[] {
      const untilMs = neighbours.next(taskRow, run)?.openedAtMs ?? Number.MAX_SAFE_INTEGER;
      const { openedAtMs } = run;
      const moments = new Set([file.namedAtMs, file.durationAtMs, file.startedAtMs, file.finishedAtMs]);
      const ofMoments = [...moments].flatMap((atMs) => {
        if (atMs === null) return [];
        const timed = atMs < openedAtMs || atMs >= untilMs ? [] : timedActivityAt.all(taskRow, atMs, rowsMax + 1);
        const untimed = untimedActivityAt.all(atMs, taskRow, openedAtMs, untilMs, rowsMax + 1);
        if (Math.max(timed.length, untimed.length) > rowsMax) throw tooMany(rowsMax);
        return [...timed, ...untimed];
      });
      const found = [...newestActivity.all(taskRow, openedAtMs, untilMs, rowsMax), ...ofMoments];
      const distinct = new Map(found.map((columns) => [columns.position, columns]));
      return [...distinct.values()]
        .flatMap((columns) => {
          const { at, activity } = toStoredActivity(columns);
          const isOfFile = activity.type !== 'ALARM' && fileKeyOf(activity.file) === file.key;
          return isOfFile ? [{ ...activity, position: at.position }] : [];
        })
        .sort(byPosition);
    },
  };
}

function byPosition(one: { readonly position: bigint }, other: { readonly position: bigint }): number {
  return one.position < other.position ? -1 : 1;
}

function tooMany(rowsMax: number): LedgerError {
  return new LedgerError(
    'OPERATION_TOO_COSTLY',
    `More than ${rowsMax} callbacks of one moment would have to be looked at.`,
  );
}
