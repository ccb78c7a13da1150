import type { RecordedEvent } from './event-store.ts';
import type { LogIdentity } from './log-identity.ts';

/** A place in a log elsewhere, as its server tells it; equal halves for every event seen so far. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** What following a log elsewhere tells, one after the other. */
export type CopiedChange =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** Events of a stream before a revision are gone. */
  | { readonly kind: 'truncated'; readonly streamName: string; readonly beforeRevision: bigint }
  /** The log is in another epoch from here on. */
  | { readonly kind: 'epochBegun'; readonly epoch: number; readonly event: RecordedEvent };

/**
 * A local copy of a log that stands elsewhere: the same events at the same positions. One process writes it; it is read like
 * any other log.
 */
export interface LogReplica {
  /** Of the log that is copied; null until it was seen for the first time. */
  identity(): LogIdentity | null;
  /** Place of the last thing that was handled: following goes on behind it. Null: from the beginning. */
  checkpoint(): ServerPosition | null;
  /** Says whose copy it is; for an empty one. */
  initialize(identity: LogIdentity): void;
  /**
   * Keeps what was followed and the place behind it, durably and in one transaction.
   * @throws StoreUnavailable - nothing was kept; may be retried. LogUnusable - the copy holds something else at one of the
   *   places
   */
  apply(followed: readonly CopiedChange[], handled: ServerPosition): void;
  /** The newest events, newest first. */
  newest(count: number): readonly RecordedEvent[];
  close(): void;
}
