import type { RecordedEvent, LogIdentity } from './event-store.ts';

/** A position as EventStoreDB expresses it; both halves have been equal in every event seen so far. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** One change of a remote log, as applied to its replica. */
export type CopiedChange =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** The events of a stream before a revision were removed. */
  | { readonly kind: 'truncated'; readonly streamName: string; readonly beforeRevision: bigint }
  /** The log is in another epoch from this event on. */
  | { readonly kind: 'epochBegun'; readonly epoch: number; readonly event: RecordedEvent };

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
   */
  apply(changes: readonly CopiedChange[], checkpoint: ServerPosition): void;
  /** The newest events, newest first. */
  newest(count: number): readonly RecordedEvent[];
  close(): void;
}
