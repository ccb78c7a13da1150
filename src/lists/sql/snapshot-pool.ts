import type Database from 'better-sqlite3';
import { LedgerError } from '../../kernel/errors.ts';
import { itself, type Asker, type Scope } from '../../kernel/scope.ts';
import { createSemaphore, type QueueBounds } from '../../kernel/semaphore.ts';
import {
  noSource,
  type ReaderConnection,
  type ReaderSource,
  latestReader,
} from '../../projecting/file/reader-source.ts';
import type { ReadModelReader } from '../../projecting/file/read-model-reader.ts';

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
interface SnapshotCounts {
  readonly open: number;
  /** Operations that wait for one to close. */
  readonly waiting: number;
}

/** How many snapshots may be open at once, for how long, and how many may wait for one. */
export interface SnapshotBounds {
  readonly openMax: number;
  readonly openMsMax: number;
  /** Null: waiting is unbounded. */
  readonly queue: QueueBounds | null;
}

export type SnapshotPool = ReturnType<typeof openSnapshotPool>;

/**
 * Snapshots of the current source, which is empty until the first `readFrom`. Each is a read transaction on its own connection. A connection is opened when none is idle and then kept. The most recently used
 * one is reused first, because it caches the newest pages.
 */
export function openSnapshotPool({ openMax, openMsMax, queue }: SnapshotBounds) {
  const permits = createSemaphore(openMax, queue);
  const open = new Set<ReadModelSnapshot>();
  /** Those that are limited are limited for good, each time to another scope. */
  const idle: Connection[] = [];
  const idleLimited: Connection[] = [];
  /** Null once the pool is closed. */
  let source: ReaderSource | null = noSource;

  function begin(scope: Scope | null): Connection {
    if (source === null) throw ended();
    const connection = (scope === null ? idle : idleLimited).pop() ?? openConnection(source, scope !== null);
    if (scope !== null) connection.limits?.limitTo(scope);
    connection.begin.run();
    return connection;
  }

  function end(connection: Connection): void {
    // A failed transaction is not used again.
    const isUsable = connection.source === source && connection.db.inTransaction;
    if (!isUsable) {
      connection.db.close();
      return;
    }
    connection.commit.run();
    (connection.limits === null ? idle : idleLimited).push(connection);
  }

  function closeIdle(): void {
    for (const { db } of [...idle.splice(0), ...idleLimited.splice(0)]) db.close();
  }

  function openPermitted({ scope, client }: Asker): ReadModelSnapshot {
    const snapshot = createSnapshot({ begin: () => begin(scope), end }, openMsMax, () => {
      open.delete(snapshot);
      permits.release(client);
    });
    open.add(snapshot);
    return snapshot;
  }

  return {
    /** @throws LedgerError - QUERIES_OVERLOADED */
    open: (asker: Asker = itself): ReadModelSnapshot | Promise<ReadModelSnapshot> => {
      const permit = permits.acquire(asker.client);
      if (permit === true) return openPermitted(asker);
      return permit.then((isPermitted) => {
        if (!isPermitted) throw overloaded(openMax);
        return openPermitted(asker);
      });
    },
    counts: (): SnapshotCounts => {
      const { acquired, waiting } = permits.counts();
      return { open: acquired, waiting };
    },
    /** Sets the source of snapshots that have not read yet. Those that have read keep the source they read from. */
    readFrom: (newSource: ReaderSource): void => {
      source = newSource;
      closeIdle();
    },
    /** Closes the files; open snapshots can no longer read. */
    close: (): void => {
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

function openConnection(source: ReaderSource, isLimited: boolean): Connection {
  const { db, reader, limits } = source.open(isLimited);
  return { source, db, reader, limits, begin: db.prepare('BEGIN'), commit: db.prepare('COMMIT') };
}

function createSnapshot(
  connections: { readonly begin: () => Connection; readonly end: (connection: Connection) => void },
  openMsMax: number,
  onEnded: () => void,
): ReadModelSnapshot {
  let connection: Connection | null = null;
  /**
   * Makes the error that a read throws; null while the snapshot is open. A function, because errors are costly to create and hardly ever
   * needed.
   */
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
    reader: latestReader(() => {
      if (over !== null) throw over();
      // The transaction sees everything committed before its first read.
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
