import { fileKeyOf, withAlarmActivity, withFileActivity } from './relay-activity.ts';
import type { RunKey } from './relay-runs.ts';
import type { RelayTaskWriter, StoredActivity } from './relay-task-rows.ts';
import type { ChangePosition, RelayTaskRow } from '../projecting/rows.ts';
import { orderTimeOf } from './relay-order.ts';
import type { ReadModelWriter } from '../projecting/read-model-writer.ts';

export type Activity = StoredActivity['activity'];

/** Folds a file event or an alarm into its run. One row changes, however often the file was played before. */
export function foldActivity(relay: RelayTaskWriter, taskRow: number, run: RunKey, activity: Activity): void {
  if (activity.type === 'ALARM') {
    const alarm = relay.findAlarm(taskRow, run, activity.alarm);
    relay.putAlarm(taskRow, run, withAlarmActivity(alarm, activity.alarm, activity.atMs));
    return;
  }
  const file = relay.findFile(taskRow, run, fileKeyOf(activity.file));
  relay.putFile(taskRow, run, withFileActivity(file, activity));
}

/** Writes a task after its runs have changed, with its newest run and newest exit. */
export function writeTask(relay: RelayTaskWriter, task: RelayTaskRow, changed: ChangePosition): void {
  const newestRun = relay.newestRun(task.id);
  const newestExit = newestRun?.exit != null ? newestRun : relay.newestExit(task.id);
  relay.putTask({ ...task, newestRun, newestExit, changed });
}

/**
 * Moves the callbacks of a task that carry no time and arrived at or after a moment to their new position in its order:
 * after everything that had arrived by then. Must be called when the log turns out to have something that arrived
 * before them. Returns the least order time affected; null if nothing moved.
 */
export function moveUntimed({ relay }: ReadModelWriter, taskRow: number, receivedAtMs: number): number | null {
  let fromMs: number | null = null;
  for (const callback of relay.untimedFrom(taskRow, receivedAtMs)) {
    const { position, atMs, isActivity } = callback;
    const arrivedBeforeMs = relay.arrivedBefore(taskRow, callback.receivedAtMs, isActivity);
    const movedMs = orderTimeOf(callback, arrivedBeforeMs, isActivity);
    if (movedMs === atMs) continue;
    relay.moveTo(position, movedMs);
    fromMs = Math.min(fromMs ?? atMs, atMs, movedMs);
  }
  return fromMs;
}
