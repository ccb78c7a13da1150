import type { RelayTaskWriter } from '../../read-models/relay-tasks.ts';
import type { ChangePosition, RelayTaskRow } from '../../read-models/rows.ts';

/** Writes a task with what its row tells of its runs, after they changed. */
export function writeTask(relay: RelayTaskWriter, task: RelayTaskRow, changed: ChangePosition): void {
  const newestRun = relay.newestRun(task.id);
  const newestExit = newestRun?.exit != null ? newestRun : relay.newestExit(task.id);
  relay.putTask({ ...task, newestRun, newestExit, changed });
}
