import { createForwardingReader } from '../forwarding-reader.ts';
import type { ReadModelReader } from '../read-model-reader.ts';
import type { ReadModelSnapshots } from '../snapshots.ts';
import { noSource, type ReaderConnection, type ReaderSource } from './reader-source.ts';
import { watchCommittedState, type CommittedState } from './file/read-statements.ts';
import { openSnapshotPool, type SnapshotBounds } from './snapshot-pool.ts';

/** The readers' side of a node: all that reads its read models, from whichever file they are in. */
export interface SqliteReadModels {
  /** Each of its calls reads what is newest. */
  readonly newest: ReadModelReader;
  readonly snapshots: ReadModelSnapshots;
  /** Reads another source from now on. Snapshots that have begun go on with the one before, and close it when they end. */
  readFrom(source: ReaderSource): void;
  close(): void;
}

/**
 * Milliseconds that a snapshot may be open. Reading takes a few; what takes longer waits. Less than the projector waits for
 * readers when it begins the write-ahead log anew, so that no reader can make that fail, and the log grows by no more than
 * what is projected meanwhile.
 */
export const snapshotMsMax = 2_000;

/** Bounds of queries, and of messages. */
export const snapshotBounds: { readonly queries: SnapshotBounds; readonly messages: SnapshotBounds } = {
  queries: {
    // What waits for nothing is answered at once, so these are operations that wait, for bodies mostly. Each has a connection
    // with three file descriptors and some 0.5 MB.
    openMax: 32,
    openMsMax: snapshotMsMax,
    // As many again thirty times over; and as long as 32 others may take, one after the other.
    queue: { waitingMax: 1_000, waitMsMax: 2 * snapshotMsMax },
  },
  messages: {
    // Subscriptions share the thread in slices, one at a time; a few more can wait for bodies meanwhile.
    openMax: 4,
    openMsMax: snapshotMsMax,
    // There are no more than subscriptions, which have bounds of their own, and a message must not be lost.
    queue: null,
  },
};

/** Opens the readers' side; it reads from nothing until `readFrom`. */
export function openSqliteReadModels(bounds = snapshotBounds): SqliteReadModels {
  const queries = openSnapshotPool(bounds.queries);
  const messages = openSnapshotPool(bounds.messages);
  let source = noSource;
  let opened: (ReaderConnection & { readonly state: CommittedState }) | null = null;

  function newest() {
    if (opened !== null) return opened;
    const { db, reader } = source.open();
    return (opened = { db, reader, state: watchCommittedState(db) });
  }

  function closeNewest(): void {
    opened?.db.close();
    opened = null;
  }

  return {
    newest: createForwardingReader(() => newest().reader),
    snapshots: {
      openForQuery: queries.open,
      openForMessages: messages.open,
      state() {
        try {
          return newest().state();
        } catch {
          // Whatever reads it says why.
          return null;
        }
      },
      counts: () => ({ queries: queries.counts(), messages: messages.counts() }),
    },
    readFrom(newSource) {
      closeNewest();
      source = newSource;
      queries.readFrom(newSource);
      messages.readFrom(newSource);
    },
    close() {
      queries.close();
      messages.close();
      closeNewest();
      source = noSource;
    },
  };
}
