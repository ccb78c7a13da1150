import type { ExitWithoutTaskId } from '../domain/relay-task/relay-attribution.ts';
import type { FileActivity, RelayAlarm, RelayFile } from '../domain/relay-task/relay-activity.ts';
import type { FileOffering, RunEvidence } from '../domain/relay-task/relay-explanation.ts';
import type { RelayTimes } from '../domain/relay-task/relay-order.ts';
import type { FirstActivity, RelayRun, RunBoundary, RunKey } from '../domain/relay-task/relay-runs.ts';
import type { ListedRelayTask, ListedStreamSession, RelayTaskRow } from './rows.ts';

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
  runsBetween(taskRow: number, range: RunRange): RelayRun[];
  putRun(taskRow: number, run: RelayRun): void;
  replaceRunsBetween(taskRow: number, range: RunRange, runs: readonly RelayRun[]): void;

  findFile(taskRow: number, run: RunKey, key: string): RelayFile | null;
  putFile(taskRow: number, run: RunKey, file: RelayFile): void;
  findAlarm(taskRow: number, run: RunKey, type: string): RelayAlarm | null;
  putAlarm(taskRow: number, run: RunKey, alarm: RelayAlarm): void;
  /** Removes files and alarms of the runs that began in this time. */
  removeActivityBetween(taskRow: number, range: MomentRange): void;

  /**
   * Callbacks from a moment on that begin or end runs, in order: those that name the task, and exits that were attributed to
   * it. At most so many, and then the rest of the last one's moment.
   */
  boundariesFrom(taskRow: number, atMs: number, rowsMax: number): RunBoundary[];
  lastBoundaryAtMs(taskRow: number): number | null;
  firstActivity(taskRow: number): FirstActivity | null;
  lastActivityAtMs(taskRow: number): number | null;
  /** The greatest order time of what had arrived of a task when a callback without a time did; null: nothing. */
  arrivedBefore(taskRow: number, receivedAtMs: number, isActivity: boolean): number | null;
  /** What carries no time and arrived at this moment or later, in the order of arrival. */
  untimedFrom(taskRow: number, receivedAtMs: number): UntimedCallback[];
  moveTo(callbackPosition: bigint, atMs: number): void;
  /** Files and alarms in this time, in pages: after the last one of the page before. */
  activityBetween(
    taskRow: number,
    range: MomentRange,
    after: ActivityPosition | null,
    rowsMax: number,
  ): StoredActivity[];

  /** Tasks that ever named this source, and may have a run open at this moment. */
  tasksOfSource(sourceKey: string, atMs: number): number[];
  /** To be called where a callback names another source than was in force at its moment. */
  putSourceOfTask(sourceKey: string, taskRow: number): void;
  /** The source in force in a task before a moment, or at it: that of the newest callback that names the task and a source. */
  sourceOf(taskRow: number, atMs: number, orAt: boolean): string | null;
  /** Sources that callbacks of a task in this time name. */
  sourcesBetween(taskRow: number, fromMs: number, toMs: number): string[];
  /** Whether any callback that names the task carries a time. */
  hasTimes(taskRow: number): boolean;
  /** Whether a TaskStart is between these moments, or at one of them. */
  hasStart(taskRow: number, fromMs: number, toMs: number): boolean;
  /** Order time of the last TaskStart before this moment. */
  lastStartBefore(taskRow: number, atMs: number): number | null;
  /** The last callback that names the task before an exit whose order time in this task is given. */
  lastBefore(taskRow: number, atMs: number, exit: RelayTimes): RelayTimes | null;
  /**
   * Whether another exit that names no task, and is decided before this one, was attributed to the task at this moment. Decided
   * before by the order of exits of a source: in that of a task, exits without a time may share the moment of others.
   */
  isTakenByEarlier(taskRow: number, atMs: number, exit: ExitWithoutTaskId): boolean;

  /** Exits of a source that name no task, in the order in which they are decided, in pages: after the last one of the page before. */
  exitsWithoutTaskId(sourceKey: string, fromMs: number, after: StoredExit | null, rowsMax: number): StoredExit[];
  /** Those of them without a time from the last one back, in pages: before the last one of the page before. */
  untimedExitsBefore(sourceKey: string, before: StoredExit | null, rowsMax: number): StoredExit[];
  /** Between which order times they are; null if there is none. */
  timesOfExitsWithoutTaskId(sourceKey: string): ExitTimes | null;
  /** The order time is that in the order of the task. */
  attribute(callbackPosition: bigint, taskRow: number | null, atMs: number): void;
  /** Changes the order time of an exit among those of its source. */
  moveExitTo(callbackPosition: bigint, atMs: number): void;
  /** Replaces the tasks that an exit may belong to. */
  putExitCandidates(exit: ExitOfSource, taskRows: readonly number[]): void;
  /** Sources of the exits without a time that belong or may belong to a task, and arrived at this moment or later. */
  sourcesOfUntimedExits(taskRow: number, receivedFromMs: number): string[];
  /** Exits that a task is a candidate for, by source: those in this time that arrived at this moment or later. */
  candidateExitsOf(taskRow: number, range: MomentRange, receivedFromMs: number): ExitsOfSource[];
}

/** A task to be written; id null: a new row. */
export interface RelayTaskToPut extends Omit<RelayTaskRow, 'id'> {
  readonly id: number | null;
}

/** An exit that names no task, at its order time among those of its source. */
export interface StoredExit {
  readonly exit: ExitWithoutTaskId;
  /** The task that it is attributed to, and its order time there. */
  readonly taskRow: number | null;
  readonly taskAtMs: number;
  /** Whether several tasks were candidates. */
  readonly wasAmbiguous: boolean;
}

/** Order times of the first and the last exit of a source. */
export interface ExitTimes {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** An exit by what relates it to tasks. */
export interface ExitOfSource {
  readonly position: bigint;
  readonly sourceKey: string;
  readonly atMs: number;
}

/** Exits of one source, from one order time to another one. */
export interface ExitsOfSource {
  readonly sourceKey: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Order times of a task: from a moment on, and before another one. */
export interface MomentRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Runs from one on, and before another one. */
export interface RunRange {
  readonly from: RunKey;
  readonly until: RunKey;
}

/** A callback without a time, at its order time. */
export interface UntimedCallback extends RelayTimes {
  readonly position: bigint;
  readonly atMs: number;
  readonly isActivity: boolean;
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

/** A run with its number among the runs of its task, from 1: not stored, because a late run would change all after it. */
export interface NumberedRun extends RelayRun {
  readonly number: number;
}

/** What belongs to one relay task, for readers. Every list is bounded by the caller. */
export interface RelayTaskReader {
  tasksByTaskId(taskId: string, appId: string | null, rowsMax: number): readonly ListedRelayTask[];
  taskByRow(taskRow: number): ListedRelayTask | null;
  /** The runs of tasks, by the row of each; of each so many at most, the newest first. */
  runs(taskRows: readonly number[], rowsMax: number): ReadonlyMap<number, readonly NumberedRun[]>;
  /** By index, then by URL. */
  files(taskRow: number, run: RunKey, rowsMax: number): readonly RelayFile[];
  /**
   * What a run was folded from; of the exits that might have ended it, at most so many are looked at, the newest first.
   * @throws LedgerError - OPERATION_TOO_COSTLY where more callbacks begin or end runs in the moments of its start and exit
   */
  runEvidence(taskRow: number, run: RelayRun, rowsMax: number): RunEvidence;
  /**
   * The callbacks of a file in a run, in the order of the log: those that set its values, and others among so many of the
   * newest files and alarms of the run.
   * @throws LedgerError - OPERATION_TOO_COSTLY where one moment has more
   */
  fileCallbacks(taskRow: number, run: RunKey, file: RelayFile, rowsMax: number): readonly FileOffering[];
  /** The file of a run whose newest play has not finished; the newest of several. */
  playingFile(taskRow: number, run: RunKey): RelayFile | null;
  /** The most recent first. */
  alarmsOfRun(taskRow: number, run: RunKey, rowsMax: number): readonly RelayAlarm[];
  /** Over all runs of the task, the most recent first. */
  alarms(taskRow: number, rowsMax: number): readonly RelayAlarm[];
  /* `until`: those of which a callback was recorded up to this position. Left out: all. */
  /** Sessions of the stream that the task pushes to, overlapping one of its runs in time; newest first. */
  sessionsFedBy(taskRow: number, rowsMax: number, until?: bigint): readonly ListedStreamSession[];
  /** Tasks that push to the stream of a session, with a run that overlaps it in time; newest first. */
  tasksFeeding(sessionRow: number, rowsMax: number, until?: bigint): readonly ListedRelayTask[];
  /** The tasks that an exit may belong to which names none, where there are several. */
  attributionCandidates(callbackPosition: bigint, rowsMax: number): readonly ListedRelayTask[];
  /** Relay callbacks that fit no task, counted up to a limit. */
  callbacksWithoutTask(countMax: number): number;
}

/**
 * Milliseconds by which a run and a session may miss each other and still count as overlapping: a run without a time in
 * its callbacks is dated by their arrival, and the push begins a moment after the run.
 */
export const feedingToleranceMs = 60_000;
