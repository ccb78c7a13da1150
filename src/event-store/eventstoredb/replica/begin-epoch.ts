import type { LogIdentity } from '../../log-identity.ts';
import { openConnection } from '../client/connection.ts';
import { readFailure } from '../client/failure.ts';
import { beginEpoch, beginOrReadIdentity } from '../client/ledger-identity.ts';
import type { EventStoreDbSettings } from '../client/settings.ts';
import { createStreamNames } from '../client/stream-names.ts';

/**
 * Begins a new epoch where the copy that is given up is of this very log and epoch: positions may be given a second time
 * from now on, and cursors of before are refused. Another node that did so already, or another log, needs none. Tells what
 * the log is named now. To be called while nobody follows into that copy, which is then to be removed.
 * @throws LogUnusable - the settings are wrong, or the stream that names the log is damaged
 * @throws the client's errors - nothing was done; may be retried
 */
export async function beginEpochFor(settings: EventStoreDbSettings, copied: LogIdentity | null): Promise<LogIdentity> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  try {
    const found = await beginOrReadIdentity(connection.client, names);
    if (copied?.logId !== found.logId || copied.epoch < found.epoch) return found;
    try {
      await beginEpoch(connection.client, names, { ...found, epoch: Math.max(found.epoch, copied.epoch) });
    } catch (error) {
      // Another node was first.
      if (readFailure(error).kind !== 'wrongRevision') throw error;
    }
    return await beginOrReadIdentity(connection.client, names);
  } finally {
    await connection.close();
  }
}
