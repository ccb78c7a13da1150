import type { FileActivity, RelayAlarm, RelayFile } from './relay-activity.ts';
import type { FileOffering, RunEvidence } from './relay-explanation.ts';
import type { FirstActivity, OrderPoint, RelayRun, RelayTimes, RunBoundary, RunKey } from './relay-runs.ts';
import type { ExitWithoutTaskId, RelayTaskFacts } from './relay-task.ts';
import type { relayTaskFields } from './relay-task-fields.ts';
import type { Conclusion } from '../kernel/sureness.ts';
import type { ListedProperties } from '../lists/list-fields.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import type { ListedStreamSession } from '../sessions/stream-session-fields.ts';

/** The projector's access to relay tasks: part of `ReadModelWriter`, inside its transaction. */
export interface RelayTaskWriter {
  findTask(appId: string, taskId: string): RelayTaskRow | null;
  taskByRow(taskRow: number): RelayTaskRow | null;
  /** Inserts a task (id null) or updates it; returns its row. */
  putTask(task: RelayTaskToPut): number;

  newestRun(taskRow: number): RelayRun | null;
  newestExit(taskRow: number): RelayRun | null;
  /** The newest run that began at or before this moment. */
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
  /** Removes files and alarms of the runs that began in this range. */
  removeActivityBetween(taskRow: number, range: MomentRange): void;

  /**
   * Callbacks from a moment on that begin or end runs, in order: those that name the task, and exits attributed to it.
   * Returns at most `rowsMax`, plus the rest of the last one's moment.
   */
  boundariesFrom(taskRow: number, atMs: number, rowsMax: number): RunBoundary[];
  lastBoundaryAtMs(taskRow: number): number | null;
  firstActivity(taskRow: number): FirstActivity | null;
  lastActivityAtMs(taskRow: number): number | null;
  /** The greatest order time among callbacks of the task that had arrived by `receivedAtMs`; null: none had. */
  arrivedBefore(taskRow: number, receivedAtMs: number, isActivity: boolean): number | null;
  /** Callbacks without a time that arrived at or after this moment, in the order of arrival. */
  untimedFrom(taskRow: number, receivedAtMs: number): UntimedCallback[];
  moveTo(callbackPosition: bigint, atMs: number): void;
  /** Files and alarms in this range, in pages: after the last one of the previous page. */
  activityBetween(
    taskRow: number,
    range: MomentRange,
    after: ActivityPosition | null,
    rowsMax: number,
  ): StoredActivity[];

  /** Tasks that ever named this source and may have an open run at this moment. */
  tasksOfSource(sourceKey: string, atMs: number): number[];
  /** Must be called when a callback names a source other than the one in force at its moment. */
  putSourceOfTask(sourceKey: string, taskRow: number): void;
  /**
   * The source in force in a task before a moment, or at it: that of the newest callback that names the task and a
   * source.
   */
  sourceOf(taskRow: number, atMs: number, orAt: boolean): string | null;
  /** Sources that callbacks of a task name in this range. */
  sourcesBetween(taskRow: number, fromMs: number, toMs: number): string[];
  /** Whether any callback that names the task carries a time. */
  hasTimes(taskRow: number): boolean;
  /** Whether a TaskStart is in this range, both ends inclusive. */
  hasStart(taskRow: number, fromMs: number, toMs: number): boolean;
  /** Order time of the last TaskStart before this moment. */
  lastStartBefore(taskRow: number, atMs: number): number | null;
  /** The last callback that names the task before an exit at this order time. */
  lastBefore(taskRow: number, atMs: number, exit: RelayTimes): RelayTimes | null;
  /**
   * Whether another exit without a task id, decided before this one, was attributed to the task at this moment.
   * "Before" is the order of the source's exits: in the order of a task, exits without a time may share a moment with
   * others.
   */
  isTakenByEarlier(taskRow: number, atMs: number, exit: ExitWithoutTaskId): boolean;

  /**
   * Exits of a source that name no task, in the order in which they are decided, in pages: after the last one of the
   * previous page.
   */
  exitsWithoutTaskId(sourceKey: string, fromMs: number, after: StoredExit | null, rowsMax: number): StoredExit[];
  /** The source's exits without a time, from the last one back, in pages: before the last one of the previous page. */
  untimedExitsBefore(sourceKey: string, before: StoredExit | null, rowsMax: number): StoredExit[];
  /** The first and last order time of the source's exits; null if there are none. */
  timesOfExitsWithoutTaskId(sourceKey: string): ExitTimes | null;
  /** `atMs` is the order time in the task. */
  attribute(callbackPosition: bigint, taskRow: number | null, atMs: number): void;
  /** Changes the order time of an exit among the exits of its source. */
  moveExitTo(callbackPosition: bigint, atMs: number): void;
  /** Replaces the tasks that an exit may belong to. */
  putExitCandidates(exit: ExitOfSource, taskRows: readonly number[]): void;
  /** Sources of exits without a time that belong or may belong to a task and arrived at or after this moment. */
  sourcesOfUntimedExits(taskRow: number, receivedFromMs: number): string[];
  /** Exits in this range for which a task is a candidate and that arrived at or after `receivedFromMs`, by source. */
  candidateExitsOf(taskRow: number, range: MomentRange, receivedFromMs: number): ExitsOfSource[];
}

/** A task to write; id null: a new row. */
export interface RelayTaskToPut extends Omit<RelayTaskRow, 'id'> {
  readonly id: number | null;
}

/** An exit that names no task, at its order time among the exits of its source. */
export interface StoredExit {
  readonly exit: ExitWithoutTaskId;
  /** The task that it is attributed to, and its order time there. */
  readonly taskRow: number | null;
  readonly taskAtMs: number;
  /** Whether it had several candidates. */
  readonly wasAmbiguous: boolean;
}

/** Order times of the first and last exit of a source. */
export interface ExitTimes {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** An exit with what relates it to tasks. */
export interface ExitOfSource {
  readonly position: bigint;
  readonly sourceKey: string;
  readonly atMs: number;
}

/** Exits of one source in a range of order times. */
export interface ExitsOfSource {
  readonly sourceKey: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Order times of a task: from `fromMs` on, and before `untilMs`. */
export interface MomentRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Runs from `from` on, and before `until`. */
export interface RunRange {
  readonly from: RunKey;
  readonly until: RunKey;
}

/** A callback without a time, at its order time. */
interface UntimedCallback extends RelayTimes {
  readonly position: bigint;
  readonly atMs: number;
  readonly isActivity: boolean;
}

/** Position of an activity in the order of its task. */
export interface ActivityPosition {
  readonly atMs: number;
  readonly position: bigint;
}

/** A file event or an alarm, stored for refolding. */
export interface StoredActivity {
  readonly at: ActivityPosition;
  readonly activity: FileActivity | { readonly type: 'ALARM'; readonly alarm: string; readonly at: OrderPoint };
}

/**
 * A run with its number among the runs of its task, from 1. The number is not stored, because a late run would change
 * it in all later runs.
 */
export interface NumberedRun extends RelayRun {
  readonly number: number;
}

/** Alarms of one type as readers get them, with the times to show. */
export interface ShownAlarm extends Pick<RelayAlarm, 'type' | 'times'> {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A session that a task fed. */
interface SessionJoin extends Conclusion {
  readonly session: ListedStreamSession;
}

/** A task that fed a session. */
interface TaskJoin extends Conclusion {
  readonly task: ListedRelayTask;
}

/** The readers' access to what belongs to one relay task. The caller bounds every list. */
export interface RelayTaskReader {
  tasksByTaskId(taskId: string, appId: string | null, rowsMax: number): readonly ListedRelayTask[];
  taskByRow(taskRow: number): ListedRelayTask | null;
  /** The runs of tasks, by task row: at most `rowsMax` of each, the newest first. */
  runs(taskRows: readonly number[], rowsMax: number): ReadonlyMap<number, readonly NumberedRun[]>;
  /** By index, then by URL. */
  files(taskRow: number, run: RunKey, rowsMax: number): readonly RelayFile[];
  /**
   * What a run was folded from. Considers at most `rowsMax` exits that might have ended it, the newest first.
   * @throws LedgerError - OPERATION_TOO_COSTLY if more callbacks begin or end runs in the moments of its start and exit
   */
  runEvidence(taskRow: number, run: RelayRun, rowsMax: number): RunEvidence;
  /**
   * The callbacks of a file in a run, in the order of the log: those that set its values, and others among the newest
   * `rowsMax` files and alarms of the run.
   * @throws LedgerError - OPERATION_TOO_COSTLY if one moment has more
   */
  fileCallbacks(taskRow: number, run: RunKey, file: RelayFile, rowsMax: number): readonly FileOffering[];
  /** The file whose newest play in the run has not finished; the newest if there are several. */
  playingFile(taskRow: number, run: RunKey): RelayFile | null;
  /** The last in the order of the task first. */
  alarmsOfRun(taskRow: number, run: RunKey, rowsMax: number): readonly ShownAlarm[];
  /** Over all runs of the task, the last in its order first. */
  alarms(taskRow: number, rowsMax: number): readonly ShownAlarm[];
  /* With `until`, only sessions or tasks that have a callback recorded up to this position. Left out: all. */
  /** The sessions that a task fed, the newest first. */
  sessionsFedBy(taskRow: number, rowsMax: number, until?: bigint): readonly ListedStreamSession[];
  /** The tasks that fed a session, the newest first. */
  tasksFeeding(sessionRow: number, rowsMax: number, until?: bigint): readonly ListedRelayTask[];
  /** The same, each with how sure it is. */
  sessionJoins(taskRow: number, rowsMax: number): readonly SessionJoin[];
  taskJoins(sessionRow: number, rowsMax: number): readonly TaskJoin[];
  /** The tasks to which an exit without a task id may belong, if there are several. */
  attributionCandidates(callbackPosition: bigint, rowsMax: number): readonly ListedRelayTask[];
  /** Relay callbacks that no task matches, counted up to a limit. */
  callbacksWithoutTask(countMax: number): number;
}

/**
 * Milliseconds by which a run and a session may miss each other and still count as overlapping: the push begins a moment
 * after the run, and callbacks are on their way for a while.
 */
export const feedingToleranceMs = 60_000;

/** A relay task, with the runs that lists show. */
export interface RelayTaskRow {
  readonly id: number;
  readonly appId: string;
  readonly taskId: string;
  readonly facts: RelayTaskFacts;
  /** The newest run, and the newest run that has exited; null if there is none. */
  readonly newestRun: RelayRun | null;
  readonly newestExit: RelayRun | null;
  /** The earliest time of its callbacks by CSS's clock, if any carries a time, and their earliest arrival. */
  readonly firstOccurredAtMs: number | null;
  readonly firstReceivedAtMs: number;
  /** Order times: see `orderTimeOf`. */
  readonly lastBoundaryAtMs: number | null;
  readonly lastActivityAtMs: number | null;
  /** When the last callback without a time arrived. */
  readonly lastUntimedAtMs: number | null;
  readonly changed: ChangePosition;
}

/** A relay task as readers get it: most of its fields need neither its facts nor its runs. */
export type ListedRelayTask = RelayTaskRow & ListedProperties<typeof relayTaskFields>;
