import { LogUnusable } from '../../log/errors.ts';
import { isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { readNewestEvents } from '../../log/sqlite/newest-events.ts';
import { adviceOnDamage, describeDiskFault } from '../../kernel/disk.ts';
import { copyFolder } from '../../node/replica/replica-folder.ts';
import { hasLog } from '../../commands/log-folder.ts';
import type { Settings } from '../../settings/settings.ts';
import { checkCallbacks, eventsExaminedMax } from './callbacks-check.ts';
import { fine, toDo, type Finding } from './finding.ts';

/** Checks whether a service runs on the log in DATA_DIR, or with EventStoreDB on the node's copy, and checks its newest events. */
export function checkLog({ dataDir, eventStore, roles }: Settings, nowMs: number): Finding[] {
  if (!roles.query)
    return [fine('log', 'a node that only receives has no copy of it: see the callbacks on a query node')];
  const folder = eventStore.kind === 'sqlite' ? dataDir : copyFolder(dataDir);
  if (!hasLog(folder)) {
    return [toDo('log', 'there is no log in DATA_DIR', 'Set DATA_DIR as the service has it, or start the service.')];
  }
  try {
    const served = fine('log', isDataDirInUse(folder) ? 'a service runs on it' : 'no service runs on it');
    return [served, ...checkCallbacks(readNewestEvents(folder, eventsExaminedMax), nowMs)];
  } catch (error) {
    const problem = error instanceof LogUnusable ? error.message : (describeDiskFault(error) ?? adviceOnDamage(error));
    if (problem === null) throw error;
    return [toDo('log', problem, 'Run `live-ledger verify`: docs/operations.md#verify.')];
  }
}
