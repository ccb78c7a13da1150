import type Database from 'better-sqlite3';
import { callbackList } from '../../callbacks/callback-list.ts';
import { definitionByName } from '../../callbacks/types/typed-list-table.ts';
import { typedLists } from '../../callbacks/types/typed-lists.ts';
import { columnNameOf } from '../../lists/list-fields.ts';
import { relayTaskList } from '../../relay/tables/relay-task-list.ts';
import { refusedPushList } from '../../sessions/refused/refused-push-list.ts';
import { columnOfDimension, readMatching, type Slice } from '../matching-rows-table.ts';
import type {
  CallbackArrival,
  CallbackStatisticsQuestion,
  RelayHappening,
  RelayHappeningKind,
  RelayTaskStatisticsQuestion,
  Refusal,
  RefusedPushStatisticsQuestion,
  ReportedRow,
  TypedStatisticsQuestion,
} from './happenings.ts';
import type { GroupValue, TimeWindow } from './statistics.ts';

/** Every task, because no index has the runs of all tasks by time. */
export const allTasks: Slice = {
  table: 'relay_tasks',
  index: null,
  column: 'id',
  position: 'id',
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
};

/** What happened in the tasks that match: everything in the window, each once. Other things may be among it. */
export function* readHappenings(
  db: Database.Database,
  { condition, window, dimensions }: RelayTaskStatisticsQuestion,
  assertGoesOn: () => void,
): Generator<RelayHappening> {
  const ofTask = dimensions.filter((dimension) => dimension !== 'EXIT_CODE');
  const happenedIn = happeningsOfTask(db, window, dimensions.includes('EXIT_CODE'));
  const columns = ['id', 'last_untimed_at', ...ofTask.map((dimension) => columnOfDimension(relayTaskList, dimension))];
  const rows = { list: relayTaskList, by: 'STARTED_AT', condition, columns, slices: [allTasks], assertGoesOn };
  let count = 0;
  for (const [taskRow, lastUntimedAtMs, ...values] of readMatching<TaskColumns>(db, rows)) {
    for (const { kind, atMs, exitCode } of happenedIn(taskRow, lastUntimedAtMs)) {
      let index = 0;
      const group = dimensions.map((one) => (one === 'EXIT_CODE' ? exitCode : (values[index++] ?? null)));
      yield { kind, atMs, group };
      count += 1;
      if (count % rowsBetweenChecks === 0) assertGoesOn();
    }
  }
}

type TaskColumns = readonly [taskRow: number, lastUntimedAtMs: number | null, ...values: GroupValue[]];

/** Rows examined between two checks of whether to go on: a few milliseconds. */
const rowsBetweenChecks = 4_096;

interface HappeningOfRun {
  readonly kind: RelayHappeningKind;
  readonly atMs: number;
  readonly exitCode: number | null;
}

/** By `callback_event`; the events of alarms have several names. */
const fileKinds: Readonly<Record<string, RelayHappeningKind>> = {
  VodSourceFileStart: 'filesStarted',
  VodSourceFileFinish: 'filesPlayed',
};

/** Reads what happened in one task; files and alarms only within the window. */
function happeningsOfTask(db: Database.Database, { fromMs, toMs }: TimeWindow, wantsExitCode: boolean) {
  const runs = db
    .prepare<[number], readonly [begunAtMs: number, exitedAtMs: number | null, exitCode: number | null]>(
      `SELECT coalesce(started_at, start_received_at, opened_occurred_at, opened_received_at),
         CASE WHEN exit_at IS NOT NULL THEN coalesce(exited_at, exit_received_at) END, exit_code
       FROM relay_runs WHERE task_row = ?`,
    )
    .raw();
  const exitCodeOfRun = `(SELECT exit_code FROM relay_runs WHERE relay_runs.task_row = callbacks.task_row
    AND relay_runs.order_at <= callbacks.at ORDER BY order_at DESC, nth DESC LIMIT 1)`;
  const activity = (shownAt: string, where: string) =>
    db
      .prepare<[number, number, number], readonly [event: string, atMs: number, exitCode: number | null]>(
        `SELECT callback_event, ${shownAt}, ${wantsExitCode ? exitCodeOfRun : 'NULL'}
         FROM callbacks INDEXED BY callbacks_of_task_by_time
         WHERE task_row = ? AND relay_kind = 'SIGN' AND ${where}`,
      )
      .raw();
  // Activity with a time is ordered by it; activity without one may be anywhere in the order.
  const timed = activity('occurred_at', 'at >= ? AND at < ? AND occurred_at IS NOT NULL');
  const untimed = activity('received_at', 'occurred_at IS NULL AND received_at >= ? AND received_at < ?');

  return function* (taskRow: number, lastUntimedAtMs: number | null): Generator<HappeningOfRun> {
    for (const [begunAtMs, exitedAtMs, exitCode] of runs.iterate(taskRow)) {
      yield { kind: 'runs', atMs: begunAtMs, exitCode };
      if (exitedAtMs !== null) yield { kind: 'exits', atMs: exitedAtMs, exitCode };
    }
    const hasUntimed = lastUntimedAtMs !== null && lastUntimedAtMs >= fromMs;
    for (const statement of hasUntimed ? [timed, untimed] : [timed]) {
      for (const [event, atMs, exitCode] of statement.iterate(taskRow, fromMs, toMs)) {
        yield { kind: fileKinds[event] ?? 'alarms', atMs, exitCode };
      }
    }
  };
}

/** Every callback that matches and first arrived in the window, each once. Others may be among them. */
export function* readArrivals(
  db: Database.Database,
  { condition, window, dimensions }: CallbackStatisticsQuestion,
  assertGoesOn: () => void,
): Generator<CallbackArrival> {
  const slice = {
    table: 'callbacks',
    index: 'callbacks_by_received',
    column: 'received_at',
    position: 'position',
    from: window.fromMs,
    to: window.toMs,
  };
  const columns = [
    ...['occurred_at', 'received_at', 'recorded_at', 'deliveries'],
    ...dimensions.map((dimension) => columnOfDimension(callbackList, dimension)),
  ];
  const rows = { list: callbackList, by: 'RECORDED', condition, columns, slices: [slice], assertGoesOn };
  for (const row of readMatching<ArrivalColumns>(db, rows)) {
    const [occurredAtMs, atMs, recordedAtMs, deliveries, ...group] = row;
    yield { atMs, occurredAtMs, recordedAtMs, deliveries, group };
  }
}

/** Every refused push that matches and is in the window, each once. Others may be among them. */
export function* readRefusals(
  db: Database.Database,
  { condition, window, dimensions }: RefusedPushStatisticsQuestion,
  assertGoesOn: () => void,
): Generator<Refusal> {
  const slice = {
    table: 'refused_pushes',
    index: 'refused_pushes_by_time',
    column: 'at',
    position: 'first_position',
    from: window.fromMs,
    to: window.toMs,
  };
  const columns = ['at', 'end_code', ...dimensions.map((dimension) => columnOfDimension(refusedPushList, dimension))];
  const rows = { list: refusedPushList, by: 'REFUSED_AT', condition, columns, slices: [slice], assertGoesOn };
  for (const [atMs, endCode, ...group] of readMatching<RefusalColumns>(db, rows)) yield { atMs, endCode, group };
}

type RefusalColumns = readonly [atMs: number, endCode: number, ...group: GroupValue[]];

type ArrivalColumns = readonly [
  occurredAtMs: number | null,
  receivedAtMs: number,
  recordedAtMs: number,
  deliveries: number,
  ...group: GroupValue[],
];

/** Every row of a list that matches and is of the window, each once. Others may be among them. */
export function* readReported(
  db: Database.Database,
  { list: name, condition, window, dimensions }: TypedStatisticsQuestion,
  assertGoesOn: () => void,
): Generator<ReportedRow> {
  const list = definitionByName(name);
  const counted = typedLists.find((one) => one.name === name)?.counted;
  const slice = {
    table: list.table,
    index: `${list.table}_by_time`,
    column: 'at_order',
    position: 'entry',
    from: window.fromMs,
    to: window.toMs,
  };
  const columns = [
    'at_order',
    counted === undefined ? '1' : columnNameOf(counted),
    ...dimensions.map((dimension) => columnOfDimension(list, dimension)),
  ];
  const rows = { list, by: 'AT', condition, columns, slices: [slice], assertGoesOn };
  for (const [atMs, count, ...group] of readMatching<ReportedColumns>(db, rows)) yield { atMs, count, group };
}

type ReportedColumns = readonly [atMs: number, count: number, ...group: GroupValue[]];
