import { backoffMs } from '../../../kernel/backoff.ts';
import { ConditionWaiters } from '../../../kernel/condition-waiters.ts';
import { delay, within } from '../../../kernel/delay.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { LogUnusable, StoreUnavailable } from '../../errors.ts';
import type { LogReplica } from '../../log-replica.ts';
import { openConnection } from '../client/connection.ts';
import { readFailure } from '../client/failure.ts';
import { copyFromSubscription } from './subscription.ts';
import { beginOrReadIdentity, readServerIdentity } from '../client/ledger-identity.ts';
import { assertSameLog, otherEvents } from './same-log.ts';
import type { EventStoreDbSettings } from '../client/connection-string.ts';
import { createStreamNames } from '../client/stream-names.ts';

/** Milliseconds until following begins again, for ever: soon where the server was only restarted. */
const beginAgain = { leastMs: 100, mostMs: 10_000 };

/** Milliseconds that the questions before following have: a frozen server answers nothing for about 19 seconds. */
const questionsMsMax = 15_000;

export interface ReplicationState {
  /** Everything that the log held at some moment since the last break is in the copy. */
  readonly caughtUp: boolean;
  /** Why it does not follow just now; null while it does. */
  readonly brokenBecause: string | null;
  /** Why it follows no more: the log is another one than was copied. Null while it goes on by itself. */
  readonly stoppedBecause: string | null;
}

/** What keeps the local copy of a log in EventStoreDB up to date, on a query node. */
export interface Replication {
  state(): ReplicationState;
  /** Resolves once the copy says whose it is, so that it can be read; rejects where it never will. */
  begun(): Promise<void>;
  /** Resolves once everything that the log held is in the copy; rejects where following stops before. */
  caughtUp(): Promise<void>;
  /** Resolves once everything up to this position is in the copy; rejects where following stops before. */
  waitForPosition(position: bigint): Promise<void>;
  /** Ends after the transaction at hand. */
  stop(): Promise<void>;
}

export interface ReplicationOptions extends EventStoreDbSettings {
  /** Its alone to write; closed by the caller, after `stop`. */
  readonly copy: LogReplica;
  readonly logger: Logger;
  /** There is more in the copy, for those who read it. */
  readonly onCopied?: () => void;
}

/**
 * Follows from the last position that was handled, begins again whatever ended it, and stops where the log is not the one
 * that was copied: never skips in silence.
 * @throws LogUnusable - the settings are wrong
 */
export function startReplication({ url, prefix, copy, logger, onCopied: onKept }: ReplicationOptions): Replication {
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  const abort = new AbortController();
  let [caughtUp, attempt] = [false, 0];
  let brokenBecause: string | null = 'It has not begun.';
  let stoppedBecause: string | null = null;
  const waiters = new ConditionWaiters();
  const goesOn = () => {
    if (brokenBecause !== null && attempt > 0) logger.info({}, 'following EventStoreDB goes on');
    [brokenBecause, attempt] = [null, 0];
  };

  /** Asks what has to be known before following: whose log it is, and whether it is the one that was copied. */
  const question = async () => {
    const { client } = connection;
    if (copy.identity() === null) {
      const { logId, epoch } = await beginOrReadIdentity(client, names);
      // It may have been asked twice, where the first answer was late.
      if (abort.signal.aborted || copy.identity() !== null) return;
      copy.initialize({ logId, epoch });
      waiters.check();
    } else {
      await assertSameLog(client, names, copy, await readServerIdentity(client, names));
    }
  };

  const followOnce = async () => {
    const { signal } = abort;
    const isAnswered = await within(
      question().then(() => true),
      { ms: questionsMsMax, late: false, signal },
    );
    if (signal.aborted) return;
    if (!isAnswered) throw new Error('no answer');
    await copyFromSubscription({
      client: connection.client,
      names,
      copy,
      logId: copy.identity()?.logId ?? '',
      signal,
      onKept() {
        goesOn();
        waiters.check();
        onKept?.();
      },
      onCaughtUp() {
        goesOn();
        caughtUp = true;
        waiters.check();
      },
    });
  };

  const isStopped = () => abort.signal.aborted;
  const run = async () => {
    while (!isStopped()) {
      let reason = 'The server ended it.';
      try {
        await followOnce();
      } catch (error) {
        // A position that is none of the log's: it can't be the one that was copied.
        const unusable = readFailure(error).kind === 'refused' ? otherEvents() : error;
        if (unusable instanceof LogUnusable) {
          stoppedBecause = unusable.message;
          logger.error({ reason: stoppedBecause }, 'following EventStoreDB has stopped, and stays so');
          return;
        }
        reason = reasonOf(error);
      }
      if (isStopped()) return;
      caughtUp = false;
      const isNew = brokenBecause !== reason;
      brokenBecause = reason;
      if (isNew) logger.warn({ reason }, 'following EventStoreDB was broken off, and begins again');
      await delay(backoffMs(attempt, beginAgain), abort.signal);
      attempt += 1;
    }
  };
  const running = run().finally(() => waiters.check());

  const failure = () => {
    if (stoppedBecause !== null) return new LogUnusable(stoppedBecause);
    return abort.signal.aborted ? new Error('Following was stopped before.') : null;
  };

  return {
    state: () => ({ caughtUp, brokenBecause, stoppedBecause }),
    begun: () => waiters.until(() => copy.identity() !== null, failure),
    caughtUp: () => waiters.until(() => caughtUp, failure),
    waitForPosition: (position) => waiters.until(() => (copy.checkpoint()?.commit ?? -1n) >= position, failure),
    async stop() {
      abort.abort();
      await running;
      await connection.close();
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return error.message;
  const failure = readFailure(error);
  return 'reason' in failure ? failure.reason : 'The server does not take the question.';
}
