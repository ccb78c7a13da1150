import { ConditionWaiters } from '../../kernel/notifier.ts';
import { backoffMs, delay, within } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { LogRestored, LogUnusable, StoreUnavailable, type LogIdentity, type LogReplica } from '../event-store.ts';
import { openConnection, type Connection } from './connection.ts';
import { createStreamNames, type EventStoreDbSettings, type StreamNames } from './settings.ts';
import { readFailure } from './failure.ts';
import { beginEpochAfter, beginOrReadIdentity, readServerIdentity } from './ledger-identity.ts';
import { assertSameLog, otherEvents } from './server-check.ts';
import { copyFromSubscription } from './subscription.ts';

/** Milliseconds before replication is retried, without end. Short, because usually the server was only restarted. */
const retryBackoff = { leastMs: 100, mostMs: 10_000 };

/** Milliseconds for the requests before a subscription: a frozen server does not answer for about 19 seconds. */
const preparationMsMax = 15_000;

export interface ReplicationState {
  /** The replica has had everything in the log at some moment since replication was last interrupted. */
  readonly caughtUp: boolean;
  /** Why replication is interrupted; null while it runs. */
  readonly brokenBecause: string | null;
  /** Why replication has stopped for good: the log is not the copied one. Null while it is retried automatically. */
  readonly stoppedBecause: string | null;
}

export interface ReplicationOptions extends EventStoreDbSettings {
  /** Nothing else may write it; the caller closes it after `stop`. */
  readonly replica: LogReplica;
  readonly logger: Logger;
  /** Called after each transaction of the replica. */
  readonly onCopied?: () => void;
}

/**
 * Keeps the local replica of a log in EventStoreDB up to date, from the checkpoint on, retrying without end. Never skips an
 * event; stops only if the log is another one.
 */
export class Replication {
  private readonly names: StreamNames;
  private readonly connection: Connection;
  private readonly abort = new AbortController();
  private readonly waiters = new ConditionWaiters();
  private readonly running: Promise<void>;
  /** Failed attempts since replication last ran. */
  private attempts = 0;
  private isCaughtUp = false;
  private brokenBecause: string | null = 'It has not begun.';
  private stoppedBecause: string | null = null;

  /** @throws LogUnusable - the settings are wrong */
  constructor(private readonly options: ReplicationOptions) {
    this.names = createStreamNames(options.prefix);
    this.connection = openConnection(options.url);
    this.running = this.run().finally(() => this.waiters.check());
  }

  state(): ReplicationState {
    const { isCaughtUp: caughtUp, brokenBecause, stoppedBecause } = this;
    return { caughtUp, brokenBecause, stoppedBecause };
  }

  /** Resolves once the replica has an identity and can be read; rejects if replication stops first. */
  begun(): Promise<void> {
    return this.until(() => this.options.replica.identity() !== null);
  }

  /** Resolves once the replica has everything in the log; rejects if replication stops first. */
  caughtUp(): Promise<void> {
    return this.until(() => this.isCaughtUp);
  }

  /** Ends after the current transaction. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
    await this.connection.close();
  }

  private until(isMet: () => boolean): Promise<void> {
    return this.waiters.until(isMet, () => {
      if (this.stoppedBecause !== null) return new LogUnusable(this.stoppedBecause);
      return this.abort.signal.aborted ? new Error('Replication was stopped.') : null;
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    const { logger } = this.options;
    const isStopped = () => signal.aborted;
    while (!isStopped()) {
      let reason = 'The server ended the subscription.';
      try {
        await this.copyUntilInterrupted();
      } catch (error) {
        // The server refuses a position that is not in its log: then it is not the copied log.
        const unusable = readFailure(error).kind === 'refused' ? otherEvents() : error;
        if (unusable instanceof LogUnusable) {
          this.stoppedBecause = unusable.message;
          logger.error({ reason: unusable.message }, 'replication from EventStoreDB has stopped, and is not retried');
          this.waiters.check();
          if (unusable instanceof LogRestored) await this.beginEpoch();
          return;
        }
        reason = reasonOf(error);
      }
      if (isStopped()) return;
      this.isCaughtUp = false;
      const isNew = this.brokenBecause !== reason;
      this.brokenBecause = reason;
      if (isNew) logger.warn({ reason }, 'replication from EventStoreDB was interrupted, and is retried');
      await delay(backoffMs(this.attempts, retryBackoff), signal);
      this.attempts += 1;
    }
  }

  /**
   * Has every node refuse the cursors of the lost timeline, also nodes that have copied nothing of it. Retried until the server
   * has taken it. Needless if the server is only behind: then clients list again once.
   */
  private async beginEpoch(): Promise<void> {
    const { replica, logger } = this.options;
    const { signal } = this.abort;
    const isStopped = () => signal.aborted;
    const lost = replica.identity();
    for (let attempt = 0; !isStopped(); attempt += 1) {
      try {
        if (await within(this.appendEpoch(lost), { ms: preparationMsMax, late: false, signal })) {
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
  }

  private async appendEpoch(replica: LogIdentity | null): Promise<true> {
    const { client } = this.connection;
    const current = await readServerIdentity(client, this.names);
    if (current !== null) await beginEpochAfter(client, this.names, { current, replica });
    return true;
  }

  private async copyUntilInterrupted(): Promise<void> {
    const { replica, onCopied } = this.options;
    const { signal } = this.abort;
    const isPrepared = await within(
      this.prepare().then(() => true),
      { ms: preparationMsMax, late: false, signal },
    );
    if (signal.aborted) return;
    if (!isPrepared) throw new Error('no answer');
    await copyFromSubscription({
      client: this.connection.client,
      names: this.names,
      replica,
      logId: replica.identity()?.logId ?? '',
      signal,
      onCopied: () => {
        this.resumed();
        onCopied?.();
      },
      onCaughtUp: () => {
        this.isCaughtUp = true;
        this.resumed();
      },
    });
  }

  /** Determines which log the server has, and whether it is the copied one. */
  private async prepare(): Promise<void> {
    const { replica } = this.options;
    const { client } = this.connection;
    if (replica.identity() !== null) {
      await assertSameLog(client, this.names, replica, await readServerIdentity(client, this.names));
      return;
    }
    const { logId, epoch } = await beginOrReadIdentity(client, this.names);
    // An earlier attempt that timed out may have finished first.
    if (this.abort.signal.aborted || replica.identity() !== null) return;
    replica.initialize({ logId, epoch });
    this.waiters.check();
  }

  private resumed(): void {
    if (this.brokenBecause !== null && this.attempts > 0) {
      this.options.logger.info({}, 'replication from EventStoreDB has resumed');
    }
    [this.brokenBecause, this.attempts] = [null, 0];
    this.waiters.check();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof StoreUnavailable) return error.message;
  const failure = readFailure(error);
  return 'reason' in failure ? failure.reason : 'The server does not accept the request.';
}
