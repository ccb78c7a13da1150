import type { ExitWithoutTaskId } from '../domain/relay-task/relay-attribution.ts';
import type { FileActivity, RelayAlarm, RelayFile } from '../domain/relay-task/relay-activity.ts';
import type { RelayRun, RunBoundary } from '../domain/relay-task/relay-runs.ts';
import type { RelayTaskRow, StreamSessionRow } from './rows.ts';

/** The projector's side of relay tasks: part of `ReadModelWriter`, inside its transaction. */
export interface RelayTaskWriter {
  findTask(appId: string, taskId: string): RelayTaskRow | null;
  taskByRow(taskRow: number): RelayTaskRow | null;
  /** Inserts a task (id null), or updates it; its row. */
  putTask(task: RelayTaskToPut): number;

  newestRun(taskRow: number): RelayRun | null;
  newestExit(taskRow: number): RelayRun | null;
  /** The newest run that began at this moment or before. */
  runAt(taskRow: number, atMs: number): RelayRun | null;
  /** The newest run that began before this moment. */
  runBefore(taskRow: number, atMs: number): RelayRun | null;
  runsFrom(taskRow: number, number: number): RelayRun[];
  putRun(taskRow: number, run: RelayRun): void;
  replaceRunsFrom(taskRow: number, number: number, runs: readonly RelayRun[]): void;

  findFile(taskRow: number, runNumber: number, key: string): RelayFile | null;
  putFile(taskRow: number, runNumber: number, file: RelayFile): void;
  findAlarm(taskRow: number, runNumber: number, type: string): RelayAlarm | null;
  putAlarm(taskRow: number, runNumber: number, alarm: RelayAlarm): void;
  /** Removes files and alarms of a run and of all runs after it. */
  removeActivityFrom(taskRow: number, runNumber: number): void;

  /** Callbacks from a moment on that begin or end runs: those that name the task, and exits that were attributed to it. */
  boundariesFrom(taskRow: number, atMs: number): RunBoundary[];
  lastBoundaryAtMs(taskRow: number): number | null;
  firstActivityAtMs(taskRow: number): number | null;
  /** Files and alarms from a moment on, in pages: after the last one of the page before. */
  activityFrom(taskRow: number, atMs: number, after: ActivityPosition | null, rowsMax: number): StoredActivity[];

  /** Tasks with a run open, among those of a source; at most two, which is enough to know whether it is the only one. */
  openTasksOfSource(sourceKey: string): number[];
  tasksOfSource(sourceKey: string): number[];
  lastBoundaryOfSource(sourceKey: string): number | null;
  /** Exits of a source from a moment on that name no task, with the task that they are attributed to. */
  exitsWithoutTaskIdFrom(
    sourceKey: string,
    atMs: number,
  ): { readonly exit: ExitWithoutTaskId; readonly taskRow: number | null }[];
  /** The latest of them, except the one at this position. */
  lastExitWithoutTaskIdAtMs(sourceKey: string, exceptPosition: bigint | null): number | null;
  attribute(callbackPosition: bigint, taskRow: number | null): void;
}

/** A task to be written; id null: a new row. */
export interface RelayTaskToPut extends Omit<RelayTaskRow, 'id'> {
  readonly id: number | null;
}

/** Position of an activity in the order of its task. */
export interface ActivityPosition {
  readonly atMs: number;
  readonly position: bigint;
}

/** A file event or an alarm, as it is folded again. */
export interface StoredActivity {
  readonly at: ActivityPosition;
  readonly activity: FileActivity | { readonly type: 'ALARM'; readonly alarm: string; readonly atMs: number };
}

/** What belongs to one relay task, for readers. Every list is bounded by the caller. */
export interface RelayTaskReader {
  tasksByTaskId(taskId: string, appId: string | null, rowsMax: number): readonly RelayTaskRow[];
  taskByRow(taskRow: number): RelayTaskRow | null;
  /** Newest first. */
  runs(taskRow: number, rowsMax: number): readonly RelayRun[];
  /** By index, then by URL. */
  files(taskRow: number, runNumber: number, rowsMax: number): readonly RelayFile[];
  /** The file of a run whose newest play has not finished; the newest of several. */
  playingFile(taskRow: number, runNumber: number): RelayFile | null;
  /** The most recent first. */
  alarmsOfRun(taskRow: number, runNumber: number, rowsMax: number): readonly RelayAlarm[];
  /** Over all runs of the task, the most recent first. */
  alarms(taskRow: number, rowsMax: number): readonly RelayAlarm[];
  /** Sessions of the stream that the task pushes to, overlapping one of its runs in time; newest first. */
  sessionsFedBy(taskRow: number, rowsMax: number): readonly StreamSessionRow[];
  /** Tasks that push to the stream of a session, with a run that overlaps it in time; newest first. */
  tasksFeeding(sessionRow: number, rowsMax: number): readonly RelayTaskRow[];
  /** Relay callbacks that fit no task, counted up to a limit. */
  callbacksWithoutTask(countMax: number): number;
}

/**
 * Milliseconds by which a run and a session may miss each other and still count as overlapping: a run without a time in
 * its callbacks is dated by their arrival, and the push begins a moment after the run.
 */
export const feedingToleranceMs = 60_000;
