import { LogUnusable } from '../errors.ts';
import { LogCheckCount, notWhatWasRecorded, type CheckProgress, type LogCheck } from '../log-check.ts';
import { openConnection } from './connection.ts';
import type { EventStoreDbSettings } from './connection-string.ts';
import { readServerIdentity } from './ledger-identity.ts';
import { readEnd } from './server-calls.ts';
import { createStreamNames } from './stream-names.ts';
import { copyFromSubscription } from './subscription.ts';

/**
 * Checks each event with a digest of a log in EventStoreDB. Only reads, and stores nothing locally.
 * @throws LogUnusable - there is no log under the prefix, or the server does not answer
 */
export async function checkServerLog(
  settings: EventStoreDbSettings,
  onProgress: (progress: CheckProgress) => void,
): Promise<LogCheck> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  const { client } = connection;
  const count = new LogCheckCount();
  const abort = new AbortController();
  let checkpoint: { commit: bigint; prepare: bigint } | null = null;
  try {
    const identity = await readServerIdentity(client, names);
    if (identity === null) throw new LogUnusable('EventStoreDB has no log under this EVENT_STORE_PREFIX.');
    const endPosition = await readEnd(client);
    await copyFromSubscription({
      client,
      names,
      logId: identity.logId,
      signal: abort.signal,
      replica: {
        checkpoint: () => checkpoint,
        apply(changes, after) {
          for (const change of changes) {
            if (change.kind === 'truncated') continue;
            count.event({ hasDigest: change.event.isUnchecked !== true });
            if (change.event.isDamaged) count.damage(change.event.position, notWhatWasRecorded);
          }
          checkpoint = after;
          onProgress({ events: count.found().events, position: after.commit, endPosition });
        },
      },
      onCopied: () => undefined,
      onCaughtUp: () => abort.abort(),
    });
    if (!abort.signal.aborted) throw new LogUnusable('EventStoreDB ended the subscription before its end. Try again.');
    return count.found();
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own message may contain addresses.
    throw new LogUnusable(
      'EventStoreDB does not answer, or does not let this user read. Check the server and EVENT_STORE_URL.',
      {
        cause: error,
      },
    );
  } finally {
    await connection.close();
  }
}
