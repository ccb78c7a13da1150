import type Database from 'better-sqlite3';
import { chmodSync, statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../kernel/clock.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import {
  ledgerStreamName,
  StoreUnavailable,
  type Append,
  type AppendedEvents,
  type EventReader,
  type EventStore,
  type RecordedEvent,
} from '../event-store.ts';
import { afterRestore } from '../log-identity.ts';
import { AppendQueue, bytesOf, type AppendOutcome } from './append-queue.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { logFilePath, openLogFile, openLogFileForReading, type EventRow } from './log-file.ts';
import { createLogWriter } from './log-writer.ts';
import { openSqliteEventReader, toRecordedEvent, type SqliteEventReader } from './sqlite-event-reader.ts';
import { openWorkerCommitter, TruncationQueue, type Committer } from './worker-committer.ts';

/** The log when it is opened, before an epoch may begin; shows whether newer events are missing. */
export interface LogAtOpening {
  readonly logId: string;
  /** Position of the newest event ever appended. */
  readonly endPosition: bigint;
  /** Null if there is no such event, or it was removed. */
  eventIdAt(position: bigint): string | null;
}

export interface LogOpening {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isRestored: (log: LogAtOpening) => boolean;
}

/**
 * Begins the log if it is new, and an epoch if it was restored. Runs on the calling thread, so that the caller learns if the
 * log can't be used.
 * @throws LogUnusable
 */
export function openBegunLog(dataDir: string, { clock, logger, isRestored }: LogOpening): SqliteEventReader {
  const db = openLogFile(dataDir);
  let reader: SqliteEventReader | null = null;
  try {
    const writer = createLogWriter(db);
    writer.beginLog(clock());
    reader = openSqliteEventReader(dataDir);
    const bornAt = bornAtNs(logFilePath(dataDir));
    const isKnownToCaller = isRestored(logAtOpening(db, reader.logId));
    const saved = savedBirth(db);
    const isCopy = saved !== null && bornAt !== null && saved !== bornAt;
    if (isKnownToCaller || isCopy) {
      const identity = afterRestore(reader);
      reader.close();
      writer.beginEpoch(identity, clock());
      reader = openSqliteEventReader(dataDir);
      if (!isKnownToCaller) logger.warn({ epoch: identity.epoch }, copiedFile);
    }
    // Last: if the process ends first, the next one begins an epoch too.
    if (saved !== bornAt)
      db.prepare('INSERT OR REPLACE INTO log_file (only_row, born_at_ns) VALUES (1, ?)').run(bornAt);
    return reader;
  } catch (error) {
    reader?.close();
    throw error;
  } finally {
    db.close();
  }
}

const copiedFile =
  'the file of the log is a copy, restored or moved: a new epoch has begun, and earlier cursors are refused';

/** When the log's previous file was created. A copy still contains the original's time of creation. */
function savedBirth(db: Database.Database): bigint | null {
  return db.prepare<[], bigint | null>('SELECT born_at_ns FROM log_file').pluck().safeIntegers().get() ?? null;
}

function logAtOpening(db: Database.Database, logId: string): LogAtOpening {
  const end = db.prepare<[], bigint>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).pluck().safeIntegers();
  const eventId = db.prepare<[bigint], string>('SELECT event_id FROM events WHERE position = ?').pluck();
  return {
    logId,
    endPosition: end.get() ?? 0n,
    eventIdAt: (position) => eventId.get(position) ?? null,
  };
}

/** Opens an existing log to be compared with what was built from it, while another process writes it. */
export function openLogToCompare(dataDir: string): LogAtOpening & { close(): void } {
  const reader = openSqliteEventReader(dataDir);
  const { logId } = reader;
  reader.close();
  const db = openLogFileForReading(dataDir);
  return { ...logAtOpening(db, logId), close: () => void db.close() };
}

/** Milliseconds within which every file system's clock advances: Linux advances it every 1 to 10 ms. */
const clockStepMsMax = 20;

/**
 * When a file was created, in nanoseconds since 1970; a copy is always created later. Null if the file system does not report
 * it. Some file systems report the last change instead. To detect that, this changes the file (to the permissions it has),
 * which must not alter its creation time.
 */
function bornAtNs(file: string): bigint | null {
  try {
    for (let waitedMs = 0; waitedMs <= clockStepMsMax; waitedMs += 1) {
      const { birthtimeNs, ctimeNs, mode } = statSync(file, { bigint: true });
      if (birthtimeNs === 0n) return null;
      if (birthtimeNs < ctimeNs) return birthtimeNs;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      chmodSync(file, Number(mode) & 0o7777);
    }
    return null;
  } catch {
    return null;
  }
}

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
  /** Opens the committer for a data directory; by default a worker thread. */
  readonly openCommitter?: (dataDir: string) => Committer;
  readonly logger?: Logger;
  /** Asked before the log is read: if true, an epoch begins even if nothing in the file shows a restore. */
  readonly isRestored?: (log: LogAtOpening) => boolean;
  /** Milliseconds until an append is answered; `appendAnswerMsMax` by default. */
  readonly answerMsMax?: number | undefined;
}

/**
 * The embedded log: one SQLite file in a data directory that this process locks. A worker thread commits; a commit returns
 * after fsync (WAL with synchronous FULL, checked when the file is opened). A new log is begun. If the file is a copy of the
 * one opened before, an epoch begins: newer events may be missing, and positions are assigned again.
 * @throws LogUnusable - the directory is in use, or its file is no log of ours
 */
export function openSqliteEventStore(dataDir: string, clock: Clock, options: SqliteEventStoreOptions = {}): EventStore {
  const { logger = silentLogger, onCommit = () => undefined, isRestored = () => false, answerMsMax } = options;
  const unlock = lockDataDir(dataDir);
  try {
    const reader = openBegunLog(dataDir, { clock, logger, isRestored });
    const onOpened = () => reader.notify();
    const committer = options.openCommitter?.(dataDir) ?? openWorkerCommitter({ dataDir, logger, onOpened });
    return new SqliteEventStore({ reader, committer, clock, onCommit, unlock, answerMsMax });
  } catch (error) {
    unlock();
    throw error;
  }
}

interface Parts {
  readonly reader: SqliteEventReader;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly onCommit: (commit: LogCommit) => void;
  readonly unlock: () => void;
  readonly answerMsMax: number | undefined;
}

class SqliteEventStore implements EventStore {
  readonly logId: string;
  readonly epoch: number;
  private readonly queue: AppendQueue;
  private readonly truncations: TruncationQueue;
  private closed: Promise<void> | null = null;

  constructor(private readonly parts: Parts) {
    ({ logId: this.logId, epoch: this.epoch } = parts.reader);
    this.queue = new AppendQueue((appends) => this.commit(appends), parts.answerMsMax);
    this.truncations = new TruncationQueue(parts.committer);
  }

  readonly readStream: EventReader['readStream'] = (...args) => this.parts.reader.readStream(...args);
  readonly streamSizes: EventReader['streamSizes'] = (...args) => this.parts.reader.streamSizes(...args);
  readonly lastRevision: EventReader['lastRevision'] = (...args) => this.parts.reader.lastRevision(...args);
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
      done = await this.truncations.add({ streamName, beforeRevision });
      // Lets appends that arrived meanwhile commit before the next step.
      await turn();
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

/**
 * The newest events of a log, or of a copy of one, newest first. A service may be writing it.
 * @throws LogUnusable - there is no log, or it is none of ours
 */
export function* readNewestEvents(folder: string, eventsMax: number): Iterable<RecordedEvent> {
  const db = openLogFileForReading(folder);
  try {
    const newest = db
      .prepare<[number], EventRow>('SELECT * FROM events ORDER BY position DESC LIMIT +?')
      .safeIntegers();
    for (const row of newest.iterate(eventsMax)) yield toRecordedEvent(row);
  } finally {
    db.close();
  }
}
