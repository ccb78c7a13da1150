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
  type EventStore,
  type LogCommit,
  type RecordedEvent,
} from '../event-store.ts';
import { afterRestore, type CommandNote } from '../ledger-events.ts';
import { AppendQueue, type AppendOutcome } from './append-queue.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { logFilePath, openLogFileForReading, openOwnLogFile, prepareEndPosition, type EventRow } from './log-file.ts';
import { LogWriter } from './log-writer.ts';
import type { OpenEvent } from '../sealing/sealed-event.ts';
import { SqliteEventReader, toRecordedEvent } from './sqlite-event-reader.ts';
import { TruncationQueue, WorkerCommitter, type Committer } from './worker-committer.ts';

interface LogOpening {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The caller knows that an older copy has replaced the log: an epoch begins even if nothing in the file shows that. */
  readonly isRestored: boolean;
  /** The command that says so; null: none. */
  readonly begunBy?: CommandNote | null;
}

/**
 * Begins the log if it is new, and an epoch if it was restored. Runs on the calling thread, so that the caller learns if the
 * log can't be used.
 * @throws LogUnusable
 */
export function beginLog(dataDir: string, { clock, logger, isRestored, begunBy = null }: LogOpening) {
  const db = openOwnLogFile(dataDir);
  try {
    const writer = new LogWriter(db);
    writer.beginLog(clock());
    const reader = new SqliteEventReader(dataDir);
    const identity = afterRestore(reader);
    reader.close();
    const endPosition = prepareEndPosition(db).get() ?? 0n;
    const bornAt = bornAtNs(logFilePath(dataDir));
    const saved = savedBirth(db);
    const isCopy = saved !== null && bornAt !== null && saved !== bornAt;
    if (isRestored || isCopy) {
      writer.beginEpoch(identity, clock(), begunBy);
      if (!isRestored) logger.warn({ epoch: identity.epoch }, copiedFile);
    }
    // Last: if the process ends first, the next one begins an epoch too.
    if (saved !== bornAt)
      db.prepare('INSERT OR REPLACE INTO log_file (only_row, born_at_ns) VALUES (1, ?)').run(bornAt);
    return {
      /** Position of its newest event before an epoch began. */
      endPosition,
      /** Call it once others have opened it: when the last connection is closed, SQLite empties the write-ahead log. */
      close: () => void db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

const copiedFile =
  'the file of the log is a copy, restored or moved: a new epoch has begun, and earlier cursors are refused';

/** When the log's previous file was created. A copy still contains the original's time of creation. */
function savedBirth(db: Database.Database): bigint | null {
  return db.prepare<[], bigint | null>('SELECT born_at_ns FROM log_file').pluck().safeIntegers().get() ?? null;
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

export interface SqliteEventStoreOptions {
  /** Called after each commit; it must not throw. */
  readonly onCommit?: (commit: LogCommit) => void;
  /** Opens the committer for a data directory; by default a worker thread. */
  readonly openCommitter?: (dataDir: string) => Committer;
  readonly logger?: Logger;
  /** As in `LogOpening`; false by default. */
  readonly isRestored?: boolean;
  readonly begunBy?: CommandNote;
  /** Milliseconds until an append is answered; `appendAnswerMsMax` by default. */
  readonly answerMsMax?: number | undefined;
  /** How sealed events are opened; by default they can't be read. */
  readonly openEvent?: OpenEvent;
}

/**
 * The embedded log: one SQLite file in a data directory that this process locks. A worker thread commits; a commit returns
 * after fsync (WAL with synchronous FULL, checked when the file is opened). A new log is begun. If the file is a copy of the
 * one opened before, an epoch begins: newer events may be missing, and positions are assigned again.
 * @throws LogUnusable - the directory is in use, or its file is no log of ours
 */
export function openSqliteEventStore(
  dataDir: string,
  clock: Clock,
  options: SqliteEventStoreOptions = {},
): SqliteEventStore {
  const { logger = silentLogger, isRestored = false, begunBy = null } = options;
  const unlock = lockDataDir(dataDir);
  let begun: ReturnType<typeof beginLog> | null = null;
  try {
    begun = beginLog(dataDir, { clock, logger, isRestored, begunBy });
    return new SqliteEventStore({ dataDir, clock, unlock, openedAt: begun.endPosition }, options);
  } catch (error) {
    unlock();
    throw error;
  } finally {
    begun?.close();
  }
}

interface LockedLog {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly unlock: () => void;
  readonly openedAt: bigint;
}

class SqliteEventStore extends SqliteEventReader implements EventStore {
  /** Where the log ended when it was opened, before an epoch began. */
  readonly openedAt: bigint;
  private readonly queue: AppendQueue;
  private readonly committer: Committer;
  private readonly truncations: TruncationQueue;
  private closed: Promise<void> | null = null;

  constructor(
    private readonly log: LockedLog,
    private readonly options: SqliteEventStoreOptions,
  ) {
    const { dataDir, openedAt } = log;
    const { logger = silentLogger, openCommitter, answerMsMax, openEvent } = options;
    super(dataDir, openEvent);
    this.openedAt = openedAt;
    const onOpened = () => this.notify();
    this.committer = openCommitter?.(dataDir) ?? new WorkerCommitter({ dataDir, logger, onOpened });
    this.queue = new AppendQueue((appends) => this.commit(appends), answerMsMax);
    this.truncations = new TruncationQueue(this.committer);
  }

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

  // oxlint-disable-next-line typescript/no-misused-promises -- whoever has a store, and not a reader alone, waits for it
  override close(): Promise<void> {
    this.closed ??= this.drainAndClose();
    return this.closed;
  }

  private async drainAndClose(): Promise<void> {
    await this.queue.drained();
    super.close();
    // Last, so that SQLite checkpoints the write-ahead log into the file.
    await this.committer.close();
    this.log.unlock();
  }

  private async commit(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const { outcomes, durationMs } = await this.committer.commit(appends, this.log.clock());
    this.notify();
    this.options.onCommit?.({
      events: appends.reduce((sum, { events }) => sum + events.length, 0),
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
