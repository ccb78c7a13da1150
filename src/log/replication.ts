import { backoffMs, delay, systemClock, within } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { ConditionWaiters } from '../kernel/notifier.ts';
import { LogRestored, LogUnusable, type LogIdentity, type RecordedEvent } from './event-store.ts';

/** A position as EventStoreDB expresses it; both halves have been equal in every event seen so far. */
interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** The digests of an event in the log that it is copied from: its own, and that of the event before it. Null: it has none. */
export interface EventDigests {
  readonly previous: Buffer | null;
  readonly digest: Buffer | null;
}

/** Events that follow each other and were removed on purpose, with what links the digests around them. */
export interface RemovedEvents {
  readonly first: bigint;
  readonly last: bigint;
  /** Of the event before the first; null if none before it has one. */
  readonly previousDigest: Buffer | null;
  /** Of the last. */
  readonly digest: Buffer;
}

/** One change of a remote log, as applied to its replica. */
export type CopiedChange =
  /** If it has `digests`, they are kept, and must be right and follow those of the event before it. */
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly digests?: EventDigests }
  /** They were removed, wherever they are stored; their digests must follow those of the event before them. */
  | { readonly kind: 'removed'; readonly removed: RemovedEvents }
  /** What `revisionsUsed` said before: all of it follows anew. */
  | { readonly kind: 'revisionsForgotten' }
  /** The next event of a stream has at least this revision, although the ones before it are not there any more. */
  | { readonly kind: 'revisionsUsed'; readonly streamName: string; readonly nextRevision: bigint }
  /** The events of a stream before a revision were removed. */
  | { readonly kind: 'truncated'; readonly streamName: string; readonly beforeRevision: bigint }
  /** The log is in another epoch from this event on. */
  | {
      readonly kind: 'epochBegun';
      readonly epoch: number;
      readonly event: RecordedEvent;
      readonly digests?: EventDigests;
    };

/** A local copy of a remote log, with the same positions. One process writes it; it is read like any other log. */
export interface LogReplica {
  /** Identity of the copied log; null until `initialize`. */
  identity(): LogIdentity | null;
  /** Position of the last applied change: copying continues after it. Null: from the beginning. */
  checkpoint(): ServerPosition | null;
  /** Sets which log an empty replica copies. */
  initialize(identity: LogIdentity): void;
  /**
   * Applies changes and moves the checkpoint to the last of them, durably and in one transaction.
   * @throws StoreUnavailable - nothing was written; may be retried
   * @throws LogUnusable - the replica has another event at one of the positions
   * @throws CopyAltered - a change has digests that are not right, or do not follow those of the replica
   */
  apply(changes: readonly CopiedChange[], checkpoint: ServerPosition): void;
  /** The newest events, newest first. */
  newest(count: number): readonly RecordedEvent[];
  /** Digest of the newest event, which may have been removed since. Null if it has none. */
  newestDigest(): Buffer | null;
  /** How many events were removed on purpose. */
  removedCount(): number;
  close(): void;
}

/** Milliseconds before replication is retried, without end. Short, because usually the source was only restarted. */
export const retryBackoff = { leastMs: 100, mostMs: 10_000 };

/** Milliseconds for the requests before copying: a frozen server does not answer for about 19 seconds. */
export const preparationMsMax = 15_000;

/** A log elsewhere that is copied: in EventStoreDB, or of a primary. */
export interface LogSource {
  /**
   * Determines which log it is, for a replica without an identity, and else that it is the copied one.
   * @throws LogUnusable - it is not, and never will be; any other error is retried
   */
  identify(replica: LogReplica): Promise<LogIdentity>;
  /** Copies from the replica's checkpoint on. Resolves if the source ends it, or the signal aborts; rejects with what is retried. */
  copy(options: CopyOptions): Promise<void>;
  /** What an error means: that this is not the copied log, or else why copying is interrupted, without addresses. */
  explain(error: unknown): LogUnusable | string;
  /** The log is an older copy: has every node refuse the cursors of the lost timeline. */
  restored?(replica: LogReplica, options: { readonly logger: Logger; readonly signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

/** What copying needs. */
export interface CopyOptions {
  readonly replica: LogReplica;
  readonly signal: AbortSignal;
  /** Called after each transaction of the replica. */
  readonly onCopied: () => void;
  /** The replica has everything that was in the log when the source said so. */
  readonly onCaughtUp: () => void;
  /** The source has answered: it has this many more events. Not called if it does not say how many. */
  readonly onAnswered: (eventsBehind: number) => void;
}

/** How far a replica is. */
export interface ReplicationState {
  /** The replica has had everything in the log at some moment since replication was last interrupted. */
  readonly caughtUp: boolean;
  /** Why replication is interrupted; null while it runs. */
  readonly brokenBecause: string | null;
  /** Why replication has stopped for good: the log is not the copied one. Null while it is retried automatically. */
  readonly stoppedBecause: string | null;
  /** Events that the source has and the replica lacks, when it answered last; null if it never said. */
  readonly eventsBehind: number | null;
  /** Since when the source has not answered; null while it does. */
  readonly unansweredSinceMs: number | null;
}

interface ReplicationOptions {
  readonly source: LogSource;
  /** Nothing else may write it; the caller closes it after `stop`. */
  readonly replica: LogReplica;
  readonly logger: Logger;
  readonly onCopied?: () => void;
}

/**
 * Keeps the local replica of a log up to date, from the checkpoint on, retrying without end. Never skips an event; stops only if the
 * log is another one.
 */
export class Replication {
  private readonly abort = new AbortController();
  private readonly waiters = new ConditionWaiters();
  private readonly running: Promise<void>;
  /** Failed attempts since replication last ran. */
  private attempts = 0;
  private isCaughtUp = false;
  private brokenBecause: string | null = 'It has not begun.';
  private stoppedBecause: string | null = null;
  private eventsBehind: number | null = null;
  private answered = { isNow: false, atMs: systemClock() };

  constructor(private readonly options: ReplicationOptions) {
    this.running = this.run().finally(() => this.waiters.check());
  }

  state(): ReplicationState {
    const { isCaughtUp: caughtUp, brokenBecause, stoppedBecause, eventsBehind, answered } = this;
    const unansweredSinceMs = brokenBecause === null || answered.isNow ? null : answered.atMs;
    return { caughtUp, brokenBecause, stoppedBecause, eventsBehind, unansweredSinceMs };
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
    await this.options.source.close();
  }

  private until(isMet: () => boolean): Promise<void> {
    return this.waiters.until(isMet, () => {
      if (this.stoppedBecause !== null) return new LogUnusable(this.stoppedBecause);
      return this.abort.signal.aborted ? new Error('Replication was stopped.') : null;
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    const { source, replica, logger } = this.options;
    const isStopped = () => signal.aborted;
    while (!isStopped()) {
      let reason = 'The server ended the subscription.';
      try {
        await this.copyUntilInterrupted();
      } catch (error) {
        const explained = source.explain(error);
        if (typeof explained !== 'string') {
          this.stoppedBecause = explained.message;
          logger.error({ reason: explained.message }, 'replication of the log has stopped, and is not retried');
          this.waiters.check();
          if (explained instanceof LogRestored) await source.restored?.(replica, { logger, signal });
          return;
        }
        reason = explained;
      }
      if (isStopped()) return;
      this.isCaughtUp = false;
      const isNew = this.brokenBecause !== reason;
      this.brokenBecause = reason;
      if (isNew) logger.warn({ reason }, 'replication of the log was interrupted, and is retried');
      await delay(backoffMs(this.attempts, retryBackoff), signal);
      this.attempts += 1;
    }
  }

  private async copyUntilInterrupted(): Promise<void> {
    const { source, replica, onCopied } = this.options;
    const { signal } = this.abort;
    this.answered = { ...this.answered, isNow: false };
    const identity = await within(source.identify(replica), { ms: preparationMsMax, late: null, signal });
    if (signal.aborted) return;
    if (identity === null) throw new Error('no answer');
    if (replica.identity() === null) {
      replica.initialize(identity);
      this.waiters.check();
    }
    await source.copy({
      replica,
      signal,
      onCopied: () => {
        this.resumed();
        onCopied?.();
      },
      onCaughtUp: () => {
        this.isCaughtUp = true;
        this.resumed();
      },
      onAnswered: (eventsBehind) => {
        this.eventsBehind = eventsBehind;
        this.answered = { isNow: true, atMs: systemClock() };
      },
    });
  }

  private resumed(): void {
    if (this.brokenBecause !== null && this.attempts > 0) {
      this.options.logger.info({}, 'replication of the log has resumed');
    }
    [this.brokenBecause, this.attempts] = [null, 0];
    this.waiters.check();
  }
}
