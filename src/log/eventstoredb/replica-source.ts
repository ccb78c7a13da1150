import {
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { delay, backoffMs, within } from '../../kernel/clock.ts';
import { type RecordedEvent, StoreUnavailable, LogUnusable, type LogIdentity } from '../event-store.ts';
import { dataOf, epochBegunBy } from '../ledger-events.ts';
import { readEventsAsBytes, openConnection } from './client.ts';
import { isTruncationOfOurs, metadataType, toRecorded, truncateBeforeKey, readFailure } from './server-calls.ts';
import { streamOfMetadata, type StreamNames, createStreamNames, type EventStoreDbSettings } from './settings.ts';
import { type CopiedChange, type LogReplica, preparationMsMax, retryBackoff, type LogSource } from '../replication.ts';
import {
  beginEpochAfter,
  beginOrReadIdentity,
  readServerIdentity,
  assertSameLog,
  otherEvents,
} from './ledger-identity.ts';

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

/** Whatever other programs do to our streams (delete, truncate, append) is copied as an event: projections report it. */
function copiedChangeOf(event: RecordedEvent, logId: string): CopiedChange {
  const { streamName, type, metadata } = event;
  const truncated = streamOfMetadata(streamName);
  if (truncated !== null && type === metadataType && isTruncationOfOurs(metadata)) {
    const before = dataOf(event)[truncateBeforeKey];
    if (typeof before === 'number' && Number.isSafeInteger(before)) {
      return { kind: 'truncated', streamName: truncated, beforeRevision: BigInt(before) };
    }
  }
  const epoch = epochBegunBy(event, logId);
  return epoch === null ? { kind: 'event', event } : { kind: 'epochBegun', epoch, event };
}

/** Events that the client buffers; after that the server waits. */
const eventsBufferedMax = 2_000;

/** Events, and bytes of data and metadata, per transaction of the replica. */
const batchEventsMax = 5_000;
const batchBytesMax = 16 * 1024 * 1024;

/**
 * Minimum milliseconds between two transactions of the replica that are not full: each costs an fsync. The first after a
 * pause is not delayed. Until the replica has caught up, nobody waits for the newest event, and larger ones are faster.
 */
const betweenTransactionsMs = { catchingUp: 250, live: 20 };

/** Milliseconds between two checks for more events while a transaction is delayed. */
const pollMs = 2;

/** The server sends one after 32 times as many skipped events. Not used: it may be ahead of events not yet applied. */
const checkpointInterval = 1_000;

export interface SubscriptionOptions {
  readonly client: EventStoreDBClient;
  readonly names: StreamNames;
  readonly replica: Pick<LogReplica, 'checkpoint' | 'apply'>;
  readonly logId: string;
  readonly signal: AbortSignal;
  /** Called after each transaction of the replica. */
  readonly onCopied: () => void;
  /** The replica has everything that was in the log when the server said the subscription had caught up. */
  readonly onCaughtUp: () => void;
}

/**
 * Copies the log into the replica through one filtered subscription, from the replica's checkpoint on. Resolves when the
 * server ends the subscription or the signal aborts, and rejects with the client's error. The caller may then resubscribe.
 */
export async function copyFromSubscription(options: SubscriptionOptions): Promise<void> {
  const { client, names, replica, signal } = options;
  const subscription = client.subscribeToAll(
    {
      fromPosition: replica.checkpoint() ?? START,
      filter: streamNameFilter({ prefixes: [...names.filterPrefixes], checkpointInterval }),
    },
    { highWaterMark: eventsBufferedMax },
  );
  readEventsAsBytes(subscription);
  // Never removed: after a drop the client emits a second error, when no other listener is left.
  subscription.on('error', () => undefined);
  const end = () => subscription.destroy();
  signal.addEventListener('abort', end);
  try {
    await copyAll(subscription, options);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    subscription.destroy();
    // Destroying does not end the call to the server. Failing is fine if the call never began.
    await subscription.unsubscribe().catch(() => undefined);
  }
}

async function copyAll(subscription: AllStreamSubscription, options: SubscriptionOptions): Promise<void> {
  const { names, replica, logId, signal, onCopied, onCaughtUp } = options;
  let received = 0;
  let isLive = false;
  /** Number of received events at which the replica has caught up: the client emits `caughtUp` before they are read. */
  let caughtUpAfter: number | null = null;
  subscription.on('caughtUp', () => {
    caughtUpAfter = received + subscription.readableLength;
    if (batch.length === 0) reportCaughtUp();
  });
  const hasReceivedAll = () => caughtUpAfter !== null && received >= caughtUpAfter;
  const reportCaughtUp = () => {
    if (!hasReceivedAll()) return;
    [isLive, caughtUpAfter] = [true, null];
    onCaughtUp();
  };

  let batch: CopiedChange[] = [];
  let bytes = 0;
  let appliedMs = -Infinity;
  let checkpoint = replica.checkpoint();
  const mayWaitMs = () => {
    if (hasReceivedAll()) return 0;
    const apartMs = isLive ? betweenTransactionsMs.live : betweenTransactionsMs.catchingUp;
    return apartMs - (performance.now() - appliedMs);
  };
  for await (const resolved of subscription as AsyncIterable<AllStreamResolvedEvent>) {
    received += 1;
    const event = toRecorded(resolved, names);
    // Never applies an event twice or out of order.
    if (event !== null && (checkpoint === null || event.position > checkpoint.commit)) {
      batch.push(copiedChangeOf(event, logId));
      bytes += event.data.byteLength + event.metadata.byteLength;
      checkpoint = { commit: event.position, prepare: resolved.event?.position.prepare ?? event.position };
    }
    if (batch.length === 0 || checkpoint === null) {
      reportCaughtUp();
      continue;
    }
    const isFull = batch.length >= batchEventsMax || bytes >= batchBytesMax;
    if (!isFull && (await receivesMore(subscription, mayWaitMs, signal))) continue;
    if (signal.aborted) return;
    replica.apply(batch, checkpoint);
    [batch, bytes, appliedMs] = [[], 0, performance.now()];
    onCopied();
    reportCaughtUp();
  }
}

/** Waits as long as allowed for more events, to share the next transaction. */
async function receivesMore(
  subscription: AllStreamSubscription,
  mayWaitMs: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  // Usually many events are buffered: this avoids an event-loop iteration for each.
  if (subscription.readableLength > 0) return !signal.aborted;
  await turn();
  while (subscription.readableLength === 0) {
    const restMs = mayWaitMs();
    if (restMs <= 0 || signal.aborted || subscription.destroyed) return false;
    await delay(Math.min(restMs, pollMs), signal);
  }
  return !signal.aborted;
}
