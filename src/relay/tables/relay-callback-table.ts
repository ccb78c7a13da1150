import type Database from 'better-sqlite3';
import { LedgerError } from '../../kernel/errors.ts';
import { fileKeyOf, type RelayFile } from '../relay-activity.ts';
import type { RelayEvent } from '../relay-callback.ts';
import { wouldEnd, type FileOffering, type Neighbours, type RunEvidence } from '../relay-explanation.ts';
import {
  orderPointOf,
  orderTimeOfExit,
  type Attribution,
  type FirstActivity,
  type OrderPoint,
  type RelayRun,
  type RunBoundary,
  type RunKey,
} from '../relay-runs.ts';
import type { ActivityPosition, MomentRange, RelayTaskReader, StoredActivity } from '../relay-task-rows.ts';
import { prepareRelayOrder } from './exit-table.ts';
import { prepareRunNeighbours } from './run-table.ts';
import { prepareRelaySources } from './source-table.ts';

/** The projector's statements for relay callbacks, from which tasks are refolded. */
export function prepareRelayCallbacks(db: Database.Database) {
  const boundaries = <Parameters extends unknown[]>(where: string) =>
    db.prepare<Parameters, BoundaryColumns>(
      `SELECT position, identity, at, occurred_at, received_at, relay_event, attribution, task_row
       FROM callbacks WHERE ${where} ORDER BY at, position`,
    );
  const number = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, number | null>(sql).pluck();
  const ofTask = `task_row = ? AND relay_kind = 'BOUNDARY'`;
  const momentAfter = number<[number, number, number]>(
    `SELECT at FROM callbacks WHERE ${ofTask} AND at >= ? ORDER BY at LIMIT 1 OFFSET ?`,
  );
  const boundariesFrom = boundaries<[number, number, number]>(`${ofTask} AND at >= ? AND at <= ?`);
  const lastBoundary = number<[number]>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'BOUNDARY'`);
  // Within a moment, callbacks without a time arrived after one that carries it.
  const firstActivity = db.prepare<[number, number], Pick<BoundaryColumns, 'at' | 'occurred_at' | 'received_at'>>(
    `SELECT at, max(occurred_at) AS occurred_at, min(received_at) AS received_at FROM callbacks
     WHERE task_row = ? AND relay_kind = 'SIGN' AND at =
       (SELECT at FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN' ORDER BY at LIMIT 1)
     GROUP BY at`,
  );
  const lastActivity = number<[number]>(`SELECT max(at) FROM callbacks WHERE task_row = ? AND relay_kind = 'SIGN'`);
  const activityBetween = db.prepare<[number, number, bigint, number, number], ActivityColumns>(
    `SELECT position, identity, at, occurred_at, received_at, relay_event FROM callbacks
     WHERE task_row = ? AND relay_kind = 'SIGN' AND (at, position) > (?, ?) AND at < ? ORDER BY at, position LIMIT +?`,
  );
  return {
    boundariesFrom(taskRow: number, atMs: number, rowsMax: number) {
      const lastMs = momentAfter.get(taskRow, atMs, rowsMax - 1) ?? Number.MAX_SAFE_INTEGER;
      return boundariesFrom.all(taskRow, atMs, lastMs).flatMap(toBoundary);
    },
    lastBoundaryAtMs: (taskRow: number) => lastBoundary.get(taskRow) ?? null,
    firstActivity(taskRow: number): FirstActivity | null {
      const columns = firstActivity.get(taskRow, taskRow);
      if (columns === undefined) return null;
      return { atMs: columns.at, occurredAtMs: columns.occurred_at, receivedAtMs: columns.received_at };
    },
    lastActivityAtMs: (taskRow: number) => lastActivity.get(taskRow) ?? null,
    activityBetween(taskRow: number, range: MomentRange, after: ActivityPosition | null, rowsMax: number) {
      const { atMs, position } = after ?? { atMs: range.fromMs, position: 0n };
      return activityBetween.all(taskRow, atMs, position, range.untilMs, rowsMax).map(toStoredActivity);
    },
  };
}

/** The columns read of a file event or an alarm. */
interface ActivityColumns {
  readonly position: number;
  readonly identity: Buffer;
  readonly at: number;
  readonly occurred_at: number | null;
  readonly received_at: number;
  readonly relay_event: string;
}

interface BoundaryColumns extends ActivityColumns {
  readonly attribution: Attribution | null;
  readonly task_row: number | null;
}

function toBoundary(columns: BoundaryColumns): RunBoundary[] {
  const event = JSON.parse(columns.relay_event) as RelayEvent;
  const boundary = {
    atMs: columns.at,
    occurredAtMs: columns.occurred_at,
    receivedAtMs: columns.received_at,
    digest: columns.identity.toString('hex'),
    position: BigInt(columns.position),
  };
  if (event.type === 'TASK_START') return [{ kind: 'START', ...boundary }];
  if (event.type !== 'TASK_EXIT') return [];
  return [{ kind: 'EXIT', ...boundary, exit: event.exit, attribution: columns.attribution ?? 'BY_SOURCE_URLS' }];
}

/** A file event or an alarm in the form in which it is folded. */
function toStoredActivity(columns: ActivityColumns): StoredActivity {
  const { position, identity, at, relay_event } = columns;
  const event = JSON.parse(relay_event) as Extract<RelayEvent, { type: 'FILE_START' | 'FILE_FINISH' | 'ALARM' }>;
  const activityPosition = { atMs: at, position: BigInt(position) };
  const point = orderPointOf(at, { occurredAtMs: columns.occurred_at, receivedAtMs: columns.received_at });
  if (event.type === 'ALARM') return { at: activityPosition, activity: { at: point, ...event } };
  return { at: activityPosition, activity: { at: point, digest: identity.toString('hex'), ...event } };
}

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
  const activityAt = prepareActivityAt(db);

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
      const points = [file.namedAt, file.durationAt, file.startedAt, file.finishedAt];
      const ofPoints = points.flatMap((point) => (point === null ? [] : activityAt(taskRow, point, rowsMax)));
      const found = [...newestActivity.all(taskRow, openedAtMs, untilMs, rowsMax), ...ofPoints];
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

/** Prepares the statements for the files and alarms of a task at one point of its order. */
function prepareActivityAt(db: Database.Database) {
  const timedActivityAt = db.prepare<[number, number, number], ActivityColumns>(
    `SELECT ${activityColumns} FROM callbacks WHERE ${activityOfTask} AND at = ? AND occurred_at IS NOT NULL LIMIT +?`,
  );
  // The plus keeps SQLite from using the index by task: a task may have any number of these.
  const untimedActivityAt = db.prepare<[number, number, number, number], ActivityColumns>(
    `SELECT ${activityColumns} FROM callbacks
     WHERE received_at = ? AND occurred_at IS NULL AND +${activityOfTask} AND at = ? LIMIT +?`,
  );

  return (taskRow: number, { atMs, arrivedAtMs }: OrderPoint, rowsMax: number): ActivityColumns[] => {
    const found =
      arrivedAtMs === null
        ? timedActivityAt.all(taskRow, atMs, rowsMax + 1)
        : untimedActivityAt.all(arrivedAtMs, taskRow, atMs, rowsMax + 1);
    if (found.length > rowsMax) throw tooMany(rowsMax);
    return found;
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
