import type { EventStoreDbSettings } from '../../event-store/eventstoredb/client/connection-string.ts';
import { tryServer } from '../../event-store/eventstoredb/client/server-trial.ts';
import { fine, toDo, type Finding } from './finding.ts';

/** Health of EventStoreDB, and whether this user may do what the service needs. */
export async function checkServer(settings: EventStoreDbSettings): Promise<Finding[]> {
  const trial = await tryServer(settings);
  return trial.map(({ what, ms, failure }) =>
    failure === null
      ? fine('EventStoreDB', `${what}: yes, in ${ms.toFixed(0)} ms`)
      : toDo(
          'EventStoreDB',
          `${what}: no. ${failure}`,
          'See docs/eventstoredb.md#access-rights, EVENT_STORE_URL and the server.',
        ),
  );
}
