import type { Asker, Scope } from '../kernel/scope.ts';
import type { PastCallback, PastMoment } from './sql/past-reader.ts';
import type { ReadModelReader } from '../projecting/file/read-model-reader.ts';

/** The read models as they are at one moment, for all reads of one operation, whatever it waits for in between. */
export interface ReadModelSnapshot {
  /**
   * All its reads show the moment of the first one.
   * @throws LedgerError - OPERATION_TIMEOUT, by each read, once the snapshot was closed or open for too long
   */
  readonly reader: ReadModelReader;
  /** Must always be called. Further calls have no effect. */
  close(): void;
}

/**
 * Opens snapshots: a limited number at once, and each for a limited time, because the file grows while one is open. Of a scope, a snapshot
 * has only what is inside; null: everything.
 */
export interface ReadModelSnapshots {
  /**
   * For the answer to a query of a client. Returns at once, unless too many others are open: then it waits for a bounded time, in turn with
   * other clients.
   * @throws LedgerError - QUERIES_OVERLOADED
   */
  openForQuery(asker: Asker): ReadModelSnapshot | Promise<ReadModelSnapshot>;
  /**
   * For messages of subscriptions, which have snapshots of their own, apart from those of queries. Waits until one is
   * closed, and is never refused.
   */
  openForMessages(scope: Scope | null): ReadModelSnapshot | Promise<ReadModelSnapshot>;
  /**
   * Identifies the state that a snapshot opened now would show: the same object as before if nothing was committed in
   * between, however small. Null: there is no state to read.
   */
  state(): object | null;
  counts(): { readonly queries: SnapshotCounts; readonly messages: SnapshotCounts };
}

/** How many snapshots are open, and how many operations wait for one. */
export interface SnapshotCounts {
  readonly open: number;
  /** Operations that wait for one to close. */
  readonly waiting: number;
}

/**
 * Refolds callbacks as far as they were known at a moment in the past: a read model of these few, as the projection had
 * it then.
 */
export interface PastReadModels {
  /** @throws LedgerError - OPERATION_TOO_COSTLY: their redeliveries are too far apart in the log */
  open(callbacks: readonly PastCallback[], moment: PastMoment, asker?: Asker): Promise<ReadModelSnapshot>;
}
