import type Database from 'better-sqlite3';
import { LedgerError } from '../../kernel/errors.ts';
import { createSemaphore, type QueueBounds } from '../../kernel/semaphore.ts';
import { createForwardingReader } from '../forwarding-reader.ts';
import type { ReadModelSnapshot, SnapshotCounts } from '../snapshots.ts';
import { noSource, type ReaderConnection, type ReaderSource } from './reader-source.ts';

/** How many snapshots may be open at once, for how long, and how many may wait for one. */
export interface SnapshotBounds {
  readonly openMax: number;
  readonly openMsMax: number;
  /** Null: waiting has no bounds. */
  readonly queue: QueueBounds | null;
}

/** Snapshots of one file, or of one file after another; at first of none. */
export interface SnapshotPool {
  /** @throws LedgerError - QUERIES_OVERLOADED */
  readonly open: () => Promise<ReadModelSnapshot>;
  readonly counts: () => SnapshotCounts;
  /** From now on a first read is made in this source. Snapshots that have read the one before go on with it. */
  readonly readFrom: (source: ReaderSource) => void;
  /** Closes the files; snapshots that are still open can read no more. */
  readonly close: () => void;
}

/**
 * A snapshot is a read transaction on a connection of its own. A connection is opened when none is idle, and kept: the one
 * that was used last is used next, because it has the newest pages.
 */
export function openSnapshotPool({ openMax, openMsMax, queue }: SnapshotBounds): SnapshotPool {
  const permits = createSemaphore(openMax, queue);
  const open = new Set<ReadModelSnapshot>();
  const idle: Connection[] = [];
  /** Null once the pool is closed. */
  let source: ReaderSource | null = noSource;

  function begin(): Connection {
    if (source === null) throw ended();
    const connection = idle.pop() ?? openConnection(source);
    connection.begin.run();
    return connection;
  }

  function end(connection: Connection): void {
    // A transaction that failed is not used again.
    const isUsable = connection.source === source && connection.db.inTransaction;
    if (!isUsable) {
      connection.db.close();
      return;
    }
    connection.commit.run();
    idle.push(connection);
  }

  function closeIdle(): void {
    for (const { db } of idle.splice(0)) db.close();
  }

  return {
    async open() {
      if (!(await permits.acquire())) throw overloaded(openMax);
      const snapshot = createSnapshot({ begin, end }, openMsMax, () => {
        open.delete(snapshot);
        permits.release();
      });
      open.add(snapshot);
      return snapshot;
    },
    counts() {
      const { acquired, waiting } = permits.counts();
      return { open: acquired, waiting };
    },
    readFrom(newSource) {
      source = newSource;
      closeIdle();
    },
    close() {
      source = null;
      for (const snapshot of open) snapshot.close();
      closeIdle();
    },
  };
}

interface Connection extends ReaderConnection {
  readonly source: ReaderSource;
  readonly begin: Database.Statement<[]>;
  readonly commit: Database.Statement<[]>;
}

function openConnection(source: ReaderSource): Connection {
  const { db, reader } = source.open();
  return { source, db, reader, begin: db.prepare('BEGIN'), commit: db.prepare('COMMIT') };
}

function createSnapshot(
  connections: { readonly begin: () => Connection; readonly end: (connection: Connection) => void },
  openMsMax: number,
  onEnded: () => void,
): ReadModelSnapshot {
  let connection: Connection | null = null;
  /** Makes what a read throws; null while the snapshot is open. An error is costly to make, and hardly ever needed. */
  let over: (() => LedgerError) | null = null;
  const endBy = (because: () => LedgerError) => {
    if (over !== null) return;
    over = because;
    clearTimeout(timer);
    try {
      if (connection !== null) connections.end(connection);
    } finally {
      onEnded();
    }
  };
  const timer = setTimeout(() => endBy(() => openForTooLong(openMsMax)), openMsMax).unref();
  return {
    reader: createForwardingReader(() => {
      if (over !== null) throw over();
      // The transaction sees what was committed before its first read.
      return (connection ??= connections.begin()).reader;
    }),
    close: () => endBy(ended),
  };
}

function overloaded(openMax: number): LedgerError {
  return new LedgerError(
    'QUERIES_OVERLOADED',
    `${openMax} operations are being answered, and too many others wait. Send it again after a second.`,
  );
}

function openForTooLong(openMsMax: number): LedgerError {
  return new LedgerError(
    'OPERATION_TIMEOUT',
    `The operation was not read completely within ${openMsMax / 1_000} seconds. Send it again, or ask for less at a time.`,
  );
}

function ended(): LedgerError {
  return new LedgerError('OPERATION_TIMEOUT', 'The operation ended before it was read completely. Send it again.');
}
