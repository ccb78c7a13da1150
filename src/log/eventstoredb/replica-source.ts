import { backoffMs, delay, within } from '../../kernel/clock.ts';
import { StoreUnavailable, LogUnusable, type LogIdentity } from '../event-store.ts';
import { preparationMsMax, retryBackoff, type LogSource, type LogReplica } from '../replication.ts';
import { openConnection } from './client.ts';
import { createStreamNames, type EventStoreDbSettings } from './settings.ts';
import { readFailure } from './failure.ts';
import { beginEpochAfter, beginOrReadIdentity, readServerIdentity } from './ledger-identity.ts';
import { assertSameLog, otherEvents } from './server-check.ts';
import { copyFromSubscription } from './subscription.ts';

/**
 * A log in EventStoreDB, copied by one subscription.
 * @throws LogUnusable - the settings are wrong
 */
export function openEventStoreDbSource({ url, prefix }: EventStoreDbSettings): LogSource {
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  const { client } = connection;

  const appendEpoch = async (replica: LogIdentity | null): Promise<true> => {
    const current = await readServerIdentity(client, names);
    if (current !== null) await beginEpochAfter(client, names, { current, replica });
    return true;
  };

  return {
    async identify(replica: LogReplica) {
      const copied = replica.identity();
      if (copied === null) {
        const { logId, epoch } = await beginOrReadIdentity(client, names);
        return { logId, epoch };
      }
      await assertSameLog(client, names, replica, await readServerIdentity(client, names));
      return copied;
    },
    copy: ({ replica, ...options }) =>
      copyFromSubscription({ ...options, client, names, replica, logId: replica.identity()?.logId ?? '' }),
    explain(error) {
      // The server refuses a position that is not in its log: then it is not the copied log.
      if (readFailure(error).kind === 'refused') return otherEvents();
      return error instanceof LogUnusable ? error : reasonOf(error);
    },
    /** Retried until the server has taken it. Needless if the server is only behind: then clients list again once. */
    async restored(replica, { logger, signal }) {
      const isStopped = () => signal.aborted;
      const lost = replica.identity();
      for (let attempt = 0; !isStopped(); attempt += 1) {
        try {
          if (await within(appendEpoch(lost), { ms: preparationMsMax, late: false, signal })) {
            logger.warn({}, 'EventStoreDB was restored: a new epoch has begun, and earlier cursors are refused');
            return;
          }
        } catch (error) {
          if (attempt === 0) {
            logger.error({ reason: reasonOf(error) }, 'the new epoch could not be begun yet: it is tried again');
          }
        }
        await delay(backoffMs(attempt, retryBackoff), signal);
      }
    },
    close: () => connection.close(),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return error.message;
  const failure = readFailure(error);
  return 'reason' in failure ? failure.reason : 'The server does not accept the request.';
}
