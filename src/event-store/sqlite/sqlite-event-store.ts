import type { Clock } from '../../kernel/clock.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import { StoreUnavailable } from '../errors.ts';
import {
  ledgerStreamName,
  type Append,
  type AppendedEvents,
  type EventReader,
  type EventStore,
} from '../event-store.ts';
import { AppendQueue, bytesOf, type AppendOutcome } from './append-queue.ts';
import { openWorkerCommitter, type Committer } from './worker-committer.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { openLogFile } from './log-file.ts';
import { createLogWriter } from './log-writer.ts';
import { openSqliteEventReader, type SqliteEventReader } from './sqlite-event-reader.ts';

/** A group of appends that became durable together. */
export interface LogCommit {
  readonly appends: number;
  readonly events: number;
  /** Of data and metadata. */
  readonly bytes: number;
  readonly durationMs: number;
}

export interface SqliteEventStoreOptions {
  /** Called after each commit; it must not throw. */
  readonly onCommit?: (commit: LogCommit) => void;
  /** Opens what writes the log in a data directory: a worker thread, unless another committer is given. */
  readonly openCommitter?: (dataDir: string) => Committer;
  readonly logger?: Logger;
}

/**
 * The embedded log: one SQLite file in a data directory that this process locks. Commits return after fsync (WAL with
 * synchronous FULL, checked when the file is opened) and are made on a worker thread. A new log is begun.
 * @throws LogUnusable - the directory is in use, or its file is no log of ours
 */
export function openSqliteEventStore(dataDir: string, clock: Clock, options: SqliteEventStoreOptions = {}): EventStore {
  const { logger = silentLogger, onCommit = () => undefined } = options;
  const unlock = lockDataDir(dataDir);
  try {
    const reader = openBegun(dataDir, clock);
    const onOpened = () => reader.notify();
    const committer = options.openCommitter?.(dataDir) ?? openWorkerCommitter({ dataDir, logger, onOpened });
    return new SqliteEventStore({ reader, committer, clock, onCommit, unlock });
  } catch (error) {
    unlock();
    throw error;
  }
}

/** On the calling thread, so that a log that can't be used is reported to the caller. */
function openBegun(dataDir: string, clock: Clock): SqliteEventReader {
  const db = openLogFile(dataDir);
  try {
    createLogWriter(db).beginLog(clock());
    return openSqliteEventReader(dataDir);
  } finally {
    db.close();
  }
}

interface Parts {
  readonly reader: SqliteEventReader;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly onCommit: (commit: LogCommit) => void;
  readonly unlock: () => void;
}

class SqliteEventStore implements EventStore {
  readonly logId: string;
  readonly epoch: number;
  private readonly queue = new AppendQueue((appends) => this.commit(appends));
  private closed: Promise<void> | null = null;

  constructor(private readonly parts: Parts) {
    ({ logId: this.logId, epoch: this.epoch } = parts.reader);
  }

  readonly readStream: EventReader['readStream'] = (...args) => this.parts.reader.readStream(...args);
  readonly readAt: EventReader['readAt'] = (...args) => this.parts.reader.readAt(...args);
  readonly followAll: EventReader['followAll'] = (...args) => this.parts.reader.followAll(...args);
  readonly lagAfter: EventReader['lagAfter'] = (...args) => this.parts.reader.lagAfter(...args);
  readonly endPosition: EventReader['endPosition'] = () => this.parts.reader.endPosition();

  append(...[streamName, events, expected]: Parameters<EventStore['append']>): Promise<AppendedEvents> {
    if (this.closed !== null) return Promise.reject(new StoreUnavailable('The log is closed.'));
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    return this.queue.add({ streamName, events, expected });
  }

  async truncateStream(streamName: string, beforeRevision: bigint): Promise<void> {
    if (streamName === ledgerStreamName)
      throw new RangeError('The stream that identifies the log cannot be truncated.');
    let done = false;
    while (!done) {
      if (this.closed !== null) throw new StoreUnavailable('The log is closed.');
      done = await this.parts.committer.truncate(streamName, beforeRevision);
      // Appends that arrived meanwhile are committed before the next step.
      await new Promise(setImmediate);
    }
  }

  close(): Promise<void> {
    this.closed ??= this.drainAndClose();
    return this.closed;
  }

  private async drainAndClose(): Promise<void> {
    const { reader, committer, unlock } = this.parts;
    await this.queue.drained();
    reader.close();
    // Last, so that SQLite checkpoints the write-ahead log into the file.
    await committer.close();
    unlock();
  }

  private async commit(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const { committer, reader, clock, onCommit } = this.parts;
    const { outcomes, durationMs } = await committer.commit(appends, clock());
    reader.notify();
    onCommit({
      appends: appends.length,
      events: appends.reduce((sum, { events }) => sum + events.length, 0),
      bytes: appends.reduce((sum, append) => sum + bytesOf(append), 0),
      durationMs,
    });
    return outcomes;
  }
}
