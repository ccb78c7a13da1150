import type { RelayAlarm, RelayFile } from '../domain/relay-task/relay-activity.ts';
import type { RelayRun } from '../domain/relay-task/relay-runs.ts';
import type { RelayTaskRow, StreamSessionRow } from './rows.ts';

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
 * its callbacks is placed by when they arrived, and the push begins a moment after the run.
 */
export const feedingToleranceMs = 60_000;
