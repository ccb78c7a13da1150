import { performance } from 'node:perf_hooks';
import type { Clock } from '../../kernel/clock.ts';
import { StoreUnavailable } from '../errors.ts';
import { ledgerStreamName, type AppendedEvents, type EventReader, type EventStore } from '../event-store.ts';
import { AppendQueue, bytesOf, type Append, type AppendOutcome } from './append-queue.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { openLogFile } from './log-file.ts';
import { createLogWriter, type LogWriter } from './log-writer.ts';
import { openSqliteEventReader, type SqliteEventReader } from './sqlite-event-reader.ts';

/** One group of appends that became durable together. */
export interface LogCommit {
  readonly appends: number;
  readonly events: number;
  /** Of data and metadata. */
  readonly bytes: number;
  readonly durationMs: number;
}

export interface SqliteEventStoreOptions {
  /** Called after each commit, for whoever measures; it must not throw. */
  readonly onCommit?: (commit: LogCommit) => void;
}

/**
 * The embedded log: one SQLite file in a data directory that one process holds. Durable: WAL with synchronous FULL,
 * asserted at opening, so a commit returns after fsync.
 * @throws LogUnusable - the directory is in use, or what is there is no log of ours
 */
export function openSqliteEventStore(dataDir: string, clock: Clock, options: SqliteEventStoreOptions = {}): EventStore {
  const closing: (() => void)[] = [];
  const close = () => {
    for (const step of closing.reverse().splice(0)) step();
  };
  try {
    closing.push(lockDataDir(dataDir));
    const db = openLogFile(dataDir);
    closing.push(() => db.close());
    const writer = createLogWriter(db);
    writer.beginLog(clock());
    const reader = openSqliteEventReader(dataDir);
    closing.push(() => {
      reader.close();
    });
    return new SqliteEventStore({ reader, writer, clock, onCommit: options.onCommit, close });
  } catch (error) {
    close();
    throw error;
  }
}

interface Parts {
  readonly reader: SqliteEventReader;
  readonly writer: LogWriter;
  readonly clock: Clock;
  readonly onCommit: SqliteEventStoreOptions['onCommit'];
  readonly close: () => void;
}

class SqliteEventStore implements EventStore {
  readonly logId: string;
  readonly epoch: number;
  private readonly queue = new AppendQueue((appends) => this.commit(appends));
  private open = true;

  constructor(private readonly parts: Parts) {
    ({ logId: this.logId, epoch: this.epoch } = parts.reader);
  }

  readonly readStream: EventReader['readStream'] = (...args) => this.parts.reader.readStream(...args);
  readonly readStreamBackwards: EventReader['readStreamBackwards'] = (...args) =>
    this.parts.reader.readStreamBackwards(...args);
  readonly readAt: EventReader['readAt'] = (...args) => this.parts.reader.readAt(...args);
  readonly followAll: EventReader['followAll'] = (...args) => this.parts.reader.followAll(...args);
  readonly lagAfter: EventReader['lagAfter'] = (...args) => this.parts.reader.lagAfter(...args);
  readonly endPosition: EventReader['endPosition'] = () => this.parts.reader.endPosition();

  append(...[streamName, events, expected]: Parameters<EventStore['append']>): Promise<AppendedEvents> {
    if (!this.open) return Promise.reject(new StoreUnavailable('The log is closed.'));
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    return this.queue.add({ streamName, events, expected });
  }

  async truncateStream(streamName: string, beforeRevision: bigint): Promise<void> {
    if (streamName === ledgerStreamName) throw new RangeError('The stream that names the log can not be truncated.');
    for (;;) {
      if (!this.open) throw new StoreUnavailable('The log is closed.');
      if (this.parts.writer.truncate(streamName, beforeRevision)) return;
      await new Promise(setImmediate);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- SQLite answers at once; the port's other adapters do not
  async close(): Promise<void> {
    if (!this.open) return;
    this.queue.flush();
    this.open = false;
    this.parts.close();
  }

  private commit(appends: readonly Append[]): readonly AppendOutcome[] {
    const { writer, reader, clock, onCommit } = this.parts;
    const begun = performance.now();
    const outcomes = writer.commit(appends, clock());
    reader.lookAgain();
    onCommit?.({
      appends: appends.length,
      events: appends.reduce((sum, { events }) => sum + events.length, 0),
      bytes: appends.reduce((sum, append) => sum + bytesOf(append), 0),
      durationMs: performance.now() - begun,
    });
    return outcomes;
  }
}
