import {
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { performance } from 'node:perf_hooks';
import { delay } from '../../../kernel/delay.ts';
import type { CopiedChange, LogReplica, ServerPosition } from '../../log-replica.ts';
import { readEventsAsBytes } from '../client/client-patches.ts';
import { copiedChangeOf } from './copied-change.ts';
import { toRecorded } from '../client/server-reading.ts';
import type { StreamNames } from '../client/stream-names.ts';

/** Events that the client holds for us at most: beyond, the server waits. */
const eventsHeldMax = 2_000;

/** Events, and bytes of data and metadata, in one transaction of the copy. */
const batchEventsMax = 5_000;
const batchBytesMax = 16 * 1024 * 1024;

/**
 * Milliseconds between two transactions of the copy, unless they are full: each costs an fsync. The first after a pause waits
 * for nothing. Until it has caught up nobody waits for the newest event, and fewer transactions bring it there sooner.
 */
const batchesApartMs = { catchingUp: 250, live: 20 };

/** Milliseconds between two looks for more while a batch waits. */
const lookForMoreMs = 2;

/** The server tells its place after 32 times so many events that it passed over. We do not go by it: it runs ahead of what was handled. */
const checkpointInterval = 1_000;

export interface SubscriptionOptions {
  readonly client: EventStoreDBClient;
  readonly names: StreamNames;
  readonly copy: LogReplica;
  readonly logId: string;
  readonly signal: AbortSignal;
  /** After each transaction. */
  readonly onKept: (handled: ServerPosition) => void;
  /** Everything that stood in the log when the server said so is in the copy. */
  readonly onCaughtUp: () => void;
}

/**
 * Follows the log into the copy by one filtered subscription, from behind the last thing that was handled, until it ends:
 * with an error, or without, or because of the signal. The caller begins again.
 */
export async function copyFromSubscription(options: SubscriptionOptions): Promise<void> {
  const { client, names, copy, signal } = options;
  const subscription = client.subscribeToAll(
    {
      fromPosition: copy.checkpoint() ?? START,
      filter: streamNameFilter({ prefixes: [...names.filterPrefixes], checkpointInterval }),
    },
    { highWaterMark: eventsHeldMax },
  );
  readEventsAsBytes(subscription);
  // Kept for good: after a drop there is a second error, and nobody else listens then.
  subscription.on('error', () => undefined);
  const end = () => {
    subscription.destroy();
  };
  signal.addEventListener('abort', end);
  try {
    await keepAll(subscription, options);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    subscription.destroy();
    // Leaving the loop does not end the call to the server; that it never began is no matter here.
    await subscription.unsubscribe().catch(() => undefined);
  }
}

async function keepAll(subscription: AllStreamSubscription, options: SubscriptionOptions): Promise<void> {
  const { names, copy, logId, signal, onKept, onCaughtUp } = options;
  let received = 0;
  let isLive = false;
  /** Events that have to be in the copy before `caughtUp` is true: it is told before they are. */
  let caughtUpAfter: number | null = null;
  subscription.on('caughtUp', () => {
    caughtUpAfter = received + subscription.readableLength;
    if (batch.length === 0) sayCaughtUp();
  });
  const mayBeCaughtUp = () => caughtUpAfter !== null && received >= caughtUpAfter;
  const sayCaughtUp = () => {
    if (!mayBeCaughtUp()) return;
    [isLive, caughtUpAfter] = [true, null];
    onCaughtUp();
  };

  let batch: CopiedChange[] = [];
  let bytes = 0;
  let keptMs = -Infinity;
  let handled = copy.checkpoint();
  const mayWaitMs = () => {
    if (mayBeCaughtUp()) return 0;
    return (isLive ? batchesApartMs.live : batchesApartMs.catchingUp) - (performance.now() - keptMs);
  };
  for await (const resolved of subscription as AsyncIterable<AllStreamResolvedEvent>) {
    received += 1;
    const event = toRecorded(resolved, names);
    // Nothing is taken a second time, and nothing out of its order.
    if (event !== null && (handled === null || event.position > handled.commit)) {
      batch.push(copiedChangeOf(event, logId));
      bytes += event.data.byteLength + event.metadata.byteLength;
      handled = { commit: event.position, prepare: resolved.event?.position.prepare ?? event.position };
    }
    if (batch.length === 0 || handled === null) {
      sayCaughtUp();
      continue;
    }
    const isFull = batch.length >= batchEventsMax || bytes >= batchBytesMax;
    if (!isFull && (await isMoreComing(subscription, mayWaitMs, signal))) continue;
    if (signal.aborted) return;
    copy.apply(batch, handled);
    [batch, bytes, keptMs] = [[], 0, performance.now()];
    onKept(handled);
    sayCaughtUp();
  }
}

/** Waits for more as long as it may: what comes meanwhile shares the next transaction. */
async function isMoreComing(
  subscription: AllStreamSubscription,
  mayWaitMs: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  // Most events come many at a time: no turn of the event loop for each.
  if (subscription.readableLength > 0) return !signal.aborted;
  await new Promise(setImmediate);
  while (subscription.readableLength === 0) {
    const restMs = mayWaitMs();
    if (restMs <= 0 || signal.aborted || subscription.destroyed) return false;
    await delay(Math.min(restMs, lookForMoreMs), signal);
  }
  return !signal.aborted;
}
