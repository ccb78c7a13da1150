import { latestReader, noSource, type ReaderConnection, type ReaderSource } from './reader-source.ts';
import { watchCommittedState, type CommittedState } from './statements.ts';
import { openSnapshotPool, type SnapshotBounds, type ReadModelSnapshots } from '../../lists/sql/snapshot-pool.ts';

/** A node's read access to its read models, whichever file they are in. */
export type SqliteReadModels = ReturnType<typeof openSqliteReadModels>;

/**
 * Milliseconds that a snapshot may be open; reading takes only a few. This is less than the projector waits for readers before it resets
 * the write-ahead log, so no reader can make the reset fail, and the log grows only by the events projected meanwhile.
 */
export const snapshotMsMax = 2_000;

/** Snapshot bounds for queries and for subscription messages. */
export function snapshotBoundsFor(openMsMax: number): {
  readonly queries: SnapshotBounds;
  readonly messages: SnapshotBounds;
} {
  return {
    queries: {
      // Operations that wait for nothing are answered at once, so open snapshots belong to operations that wait, mostly for bodies. Each has
      // a connection with three file descriptors and about 0.5 MB.
      openMax: 32,
      openMsMax,
      // About thirty times as many may wait, for as long as two snapshots in turn may take.
      queue: { waitingMax: 1_000, waitMsMax: 2 * openMsMax },
    },
    messages: {
      // Subscriptions take turns on the thread in slices; a few more can wait for bodies meanwhile.
      openMax: 4,
      openMsMax,
      // The number of subscriptions, which is bounded elsewhere, bounds this one too; a message must not be lost.
      queue: null,
    },
  };
}

/** Opens read access; it has no source until `readFrom`. */
export function openSqliteReadModels(bounds: ReturnType<typeof snapshotBoundsFor>) {
  const queries = openSnapshotPool(bounds.queries);
  const messages = openSnapshotPool(bounds.messages);
  let source = noSource;
  let opened: (ReaderConnection & { readonly state: CommittedState }) | null = null;

  function newest() {
    if (opened !== null) return opened;
    const { db, reader, limits } = source.open();
    return (opened = { db, reader, limits, state: watchCommittedState(db) });
  }

  function closeNewest(): void {
    opened?.db.close();
    opened = null;
  }

  return {
    /** Each call reads the newest state. */
    newest: latestReader(() => newest().reader),
    snapshots: {
      openForQuery: queries.open,
      openForMessages: (scope) => messages.open({ scope, client: '' }),
      state() {
        try {
          return newest().state();
        } catch {
          // The read itself reports the reason.
          return null;
        }
      },
      counts: () => ({ queries: queries.counts(), messages: messages.counts() }),
    } satisfies ReadModelSnapshots,
    /** Switches to another source. Snapshots that have begun keep the previous one and close it when they end. */
    readFrom(newSource: ReaderSource): void {
      closeNewest();
      source = newSource;
      queries.readFrom(newSource);
      messages.readFrom(newSource);
    },
    close(): void {
      queries.close();
      messages.close();
      closeNewest();
      source = noSource;
    },
  };
}
