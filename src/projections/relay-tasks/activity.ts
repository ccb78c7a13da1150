import { fileKeyOf, withAlarmActivity, withFileActivity } from '../../domain/relay-task/relay-activity.ts';
import type { RelayTaskWriter, StoredActivity } from '../../read-models/relay-tasks.ts';

/** Folds a file event or an alarm into its run. One row changes, however often the file was played before. */
export function foldSignIntoRun(
  relay: RelayTaskWriter,
  taskRow: number,
  runNumber: number,
  sign: StoredActivity['activity'],
): void {
  if (sign.type === 'ALARM') {
    const alarm = relay.findAlarm(taskRow, runNumber, sign.alarm);
    relay.putAlarm(taskRow, runNumber, withAlarmActivity(alarm, sign.alarm, sign.atMs));
    return;
  }
  const file = relay.findFile(taskRow, runNumber, fileKeyOf(sign.file));
  relay.putFile(taskRow, runNumber, withFileActivity(file, sign));
}
