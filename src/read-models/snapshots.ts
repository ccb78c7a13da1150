import type { PastCallback, PastMoment } from './past.ts';
import type { ReadModelReader } from './read-model-reader.ts';

/** The read models as they are at one moment: for all that one operation reads, whatever it waits for in between. */
export interface ReadModelSnapshot {
  /**
   * Everything it reads is of the moment of the first read.
   * @throws LedgerError - OPERATION_TIMEOUT, by each read, once the snapshot was closed or open for too long
   */
  readonly reader: ReadModelReader;
  /** To be called in any case. Has no effect if it was called before. */
  close(): void;
}

/** Opens snapshots: a limited number at once, and each for a limited time, because the file grows while one is open. */
export interface ReadModelSnapshots {
  /**
   * For the answer to a query. Waits for a bounded time while too many others are open.
   * @throws LedgerError - QUERIES_OVERLOADED
   */
  openForQuery(): Promise<ReadModelSnapshot>;
  /** For messages of subscriptions: waits until one of theirs is closed, and is never refused. Queries take none of these. */
  openForMessages(): Promise<ReadModelSnapshot>;
  /**
   * Names the state that a snapshot would be of now: the same object as before where nothing was committed in between, however
   * little it may matter. Null where it has no name: none can be read.
   */
  state(): object | null;
  counts(): { readonly queries: SnapshotCounts; readonly messages: SnapshotCounts };
}

/** How many snapshots there are now. */
export interface SnapshotCounts {
  readonly open: number;
  /** Operations that wait until one of them is closed. */
  readonly waiting: number;
}

/** Folds callbacks again, as far as they were known at a moment in the past: a read model of these few, as the projection had it then. */
export interface PastReadModels {
  /** @throws LedgerError - OPERATION_TOO_COSTLY: their redeliveries are too far apart in the log */
  open(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelSnapshot>;
}
