import type { EventStoreDbSettings } from '../../log/eventstoredb/connection-string.ts';
import { tryServer, type TrialFailure } from '../../log/eventstoredb/server-trial.ts';
import { fine, toDo, type Finding } from './finding.ts';

const whatToDo: Readonly<Record<TrialFailure['kind'], string>> = {
  notBegun: 'Start the service: the first start begins the log. If there should be one, correct EVENT_STORE_PREFIX.',
  away: 'See that the server runs, has room on its disk, and is reached from this machine by EVENT_STORE_URL.',
  refused:
    'Correct EVENT_STORE_URL, or give its user these rights in EventStoreDB: docs/eventstoredb.md#access-rights.',
};

/** Checks EventStoreDB, and whether this user may do what the service needs. */
export async function checkServer(settings: EventStoreDbSettings): Promise<Finding[]> {
  const trial = await tryServer(settings);
  return trial.map(({ what, ms, failure }) =>
    failure === null
      ? fine('EventStoreDB', `${what}: yes, in ${ms.toFixed(0)} ms`)
      : toDo('EventStoreDB', `${what}: no. ${failure.reason}`, whatToDo[failure.kind]),
  );
}
