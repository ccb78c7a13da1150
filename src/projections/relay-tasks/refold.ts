import { attributeExits } from '../../domain/relay-task/relay-attribution.ts';
import { asOf, foldRuns, type RelayRun } from '../../domain/relay-task/relay-runs.ts';
import type { ReadModelWriter } from '../../read-models/read-model-writer.ts';
import type { ActivityPosition, RelayTaskWriter } from '../../read-models/relay-tasks.ts';
import type { NextChange } from '../arrived-callback.ts';
import { foldActivity, writeTask, type Activity } from './task-rows.ts';

/** Files and alarms of a task that are read at a time when it is folded again. */
const activityPageMax = 5_000;

/** Before every moment: folds all of a task again. */
export const fromTheBeginning = Number.MIN_SAFE_INTEGER;

/**
 * Folds the runs of a task again from a moment on, and reassigns its files and alarms to the runs they then belong to.
 * Nothing before that moment is read, so a late callback costs no more in a task of weeks. Returns the time of the task's
 * last boundary, null if it has none: callbacks after that are in order.
 */
export function refoldRuns({ relay }: ReadModelWriter, taskRow: number, fromMs: number): number | null {
  const base = baseOf(relay, taskRow, fromMs);
  const firstNumber = base?.number ?? 1;
  const before = relay.runsFrom(taskRow, firstNumber);
  const firstActivityAtMs = base === null ? relay.firstActivityAtMs(taskRow) : null;
  const after = foldRuns(relay.boundariesFrom(taskRow, fromMs), firstActivityAtMs, base);
  relay.replaceRunsFrom(taskRow, firstNumber, after);
  reassignActivity(relay, taskRow, before, after);
  const last = Math.max(relay.lastBoundaryAtMs(taskRow) ?? -Infinity, after.at(-1)?.openedAtMs ?? -Infinity);
  return last === -Infinity ? null : last;
}

/** The newest run before a moment, as it was then. */
function baseOf(relay: RelayTaskWriter, taskRow: number, fromMs: number): RelayRun | null {
  const run = relay.runBefore(taskRow, fromMs);
  return run === null ? null : asOf(run, fromMs);
}

function reassignActivity(
  relay: RelayTaskWriter,
  taskRow: number,
  before: readonly RelayRun[],
  after: readonly RelayRun[],
): void {
  const firstMoved = firstDifference(before, after);
  if (firstMoved === null) return;
  const movedFromMs = Math.min(before[firstMoved]?.openedAtMs ?? Infinity, after[firstMoved]?.openedAtMs ?? Infinity);
  if (relay.activityFrom(taskRow, movedFromMs, null, 1).length === 0) return;
  // The run before the first one that moved begins when it did, but may lose files to that one or get some of its.
  let current = Math.max(0, firstMoved - 1);
  const first = after[current];
  relay.removeActivityFrom(taskRow, first?.number ?? before[current]?.number ?? 1);
  if (first === undefined) return;
  const fromMs = firstMoved === 0 ? fromTheBeginning : first.openedAtMs;
  for (const activity of activityFrom(relay, taskRow, fromMs)) {
    for (let next = after[current + 1]; next && next.openedAtMs <= activity.atMs; next = after[current + 1]) {
      current += 1;
    }
    foldActivity(relay, taskRow, after[current]?.number ?? first.number, activity);
  }
}

function* activityFrom(relay: RelayTaskWriter, taskRow: number, atMs: number): Generator<Activity> {
  let after: ActivityPosition | null = null;
  for (;;) {
    const page = relay.activityFrom(taskRow, atMs, after, activityPageMax);
    for (const { activity } of page) yield activity;
    const last = page.at(-1);
    if (last === undefined || page.length < activityPageMax) return;
    after = last.at;
  }
}

/**
 * Attributes the exits of a source that name no task again, from a moment on, and folds each task again that gets or loses
 * one. To be called whenever something changes that is before such an exit in the order.
 */
export function attributeAgain(rows: ReadModelWriter, sourceKey: string, fromMs: number, nextChange: NextChange): void {
  const { relay } = rows;
  const candidates = relay.tasksOfSource(sourceKey).map((taskRow) => {
    const base = baseOf(relay, taskRow, fromMs);
    return {
      taskRow,
      base,
      boundaries: relay
        .boundariesFrom(taskRow, fromMs)
        .filter((boundary) => boundary.kind === 'START' || boundary.attribution === 'BY_TASK_ID'),
      firstActivityAtMs: base === null ? relay.firstActivityAtMs(taskRow) : null,
    };
  });
  const exits = relay.exitsWithoutTaskIdFrom(sourceKey, fromMs);
  const attributed = attributeExits(
    candidates,
    exits.map(({ exit }) => exit),
  );
  const changedTasks = new Set<number>();
  for (const { exit, taskRow } of exits) {
    const now = attributed.get(exit.position) ?? null;
    if (now === taskRow) continue;
    relay.attribute(exit.position, now);
    for (const row of [taskRow, now]) if (row !== null) changedTasks.add(row);
  }
  for (const taskRow of [...changedTasks].sort((one, other) => one - other)) {
    const task = relay.taskByRow(taskRow);
    if (task !== null) writeTask(relay, { ...task, lastBoundaryAtMs: refoldRuns(rows, taskRow, fromMs) }, nextChange());
  }
}

/** Index of the first run that begins at another time than before; null if there is none. */
function firstDifference(before: readonly RelayRun[], after: readonly RelayRun[]): number | null {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index += 1) {
    if (before[index]?.openedAtMs !== after[index]?.openedAtMs) return index;
  }
  return null;
}
