import { hasLog } from '../../commands/log-folder.ts';
import { adviceOnDamage, describeDiskFault } from '../../kernel/disk.ts';
import { LogUnusable } from '../../log/event-store.ts';
import type { EventStoreDbSettings } from '../../log/eventstoredb/connection-string.ts';
import type { TrialFailure } from '../../log/eventstoredb/server-trial.ts';
import { isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { readNewestEvents } from '../../log/sqlite/sqlite-event-store.ts';
import { copyFolder } from '../../node/log-choice.ts';
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

const whatToDo: Readonly<Record<TrialFailure['kind'], string>> = {
  notBegun: 'Start the service: the first start begins the log. If there should be one, correct EVENT_STORE_PREFIX.',
  away: 'See that the server runs, has room on its disk, and is reached from this machine by EVENT_STORE_URL.',
  refused:
    'Correct EVENT_STORE_URL, or give its user these rights in EventStoreDB: docs/eventstoredb.md#access-rights.',
};

/** Checks EventStoreDB, and whether this user may do what the service needs. */
export async function checkServer(settings: EventStoreDbSettings): Promise<Finding[]> {
  // The client of EventStoreDB is loaded only if it is needed.
  const { tryServer } = await import('../../log/eventstoredb/server-trial.ts');
  const trial = await tryServer(settings);
  return trial.map(({ what, ms, failure }) =>
    failure === null
      ? fine('EventStoreDB', `${what}: yes, in ${ms.toFixed(0)} ms`)
      : toDo('EventStoreDB', `${what}: no. ${failure.reason}`, whatToDo[failure.kind]),
  );
}
