import type Database from 'better-sqlite3';
import type { EventBatch, EventReader, FollowOptions, LogLag, RecordedEvent } from '../event-store.ts';
import { ledgerStreamName } from '../event-store.ts';
import { readLogIdentity, type LogIdentity } from '../log-identity.ts';
import { LogUnusable } from '../errors.ts';
import { Notifier } from '../../kernel/notifier.ts';
import { openLogFileForReading } from './log-file.ts';
import { toLogIdentity, isReplica, prepareReplicaState, toRecordedEvent, type EventRow } from './log-schema.ts';

/** Events a page of `readStream` holds. */
const streamPageEvents = 256;

/** Bytes of data and metadata in a batch of `followAll`, whatever number of events was asked for. */
const batchBytesMax = 16 * 1024 * 1024;

/** Events behind that are counted one by one where positions have gaps: a few milliseconds of work. */
const countedMax = 10_000n;

/** The greatest number of SQLite. */
const newestRevision = 2n ** 63n - 1n;

/** What reads the log on a connection of its own, beside the one process that appends to it. */
export interface SqliteEventReader extends EventReader {
  /** Tells followers to look again: this connection does not hear of what others append. */
  notify(): void;
  close(): void;
}

/**
 * Reads a log that a store holds open. It needs no lock of the data directory and holds nobody up.
 * @throws LogUnusable - there is no log, or it is damaged
 */
export function openSqliteEventReader(dataDir: string): SqliteEventReader {
  const db = openLogFileForReading(dataDir);
  try {
    return new SqliteLogReader(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

// SQLite answers at once; the port's other adapters do not.
/* eslint-disable @typescript-eslint/require-await */
class SqliteLogReader implements SqliteEventReader {
  readonly logId: string;
  private readonly wakeUp = new Notifier();
  private readonly statements: ReturnType<typeof prepareStatements>;
  private readonly identity: () => LogIdentity;
  private readonly isCopy: boolean;

  constructor(private readonly db: Database.Database) {
    this.statements = prepareStatements(db);
    this.isCopy = isReplica(db);
    this.identity = this.isCopy ? identityOfCopy(db) : this.identityByEvents();
    ({ logId: this.logId } = this.identity());
  }

  /** A copy may learn of another epoch while it is open. */
  get epoch(): number {
    return this.identity().epoch;
  }

  async *readStream(streamName: string, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    yield* this.pages(this.statements.pageOfStream, streamName, fromRevision, 1n);
  }

  async *readStreamBackwards(streamName: string, fromRevision = newestRevision): AsyncIterable<RecordedEvent> {
    yield* this.pages(this.statements.pageOfStreamBackwards, streamName, fromRevision, -1n);
  }

  async readAt(position: bigint): Promise<RecordedEvent | null> {
    const row = this.statements.eventAt.get(position);
    return row === undefined ? null : toRecordedEvent(row);
  }

  async *followAll({ after, batchEventsMax, signal }: FollowOptions): AsyncIterable<EventBatch> {
    let position = after ?? 0n;
    let saidCaughtUp = false;
    while (!signal.aborted && this.db.open) {
      const { seen } = this.wakeUp;
      const { events, caughtUp } = this.pageOfAll(position, batchEventsMax);
      position = events.at(-1)?.position ?? position;
      if (events.length > 0 || !saidCaughtUp) yield { events, caughtUp };
      saidCaughtUp = caughtUp;
      if (caughtUp) await this.wakeUp.after(seen, signal);
    }
  }

  async lagAfter(position: bigint | null): Promise<LogLag> {
    const last = this.statements.lastPosition.get() ?? 0n;
    const oldest = this.statements.pageOfAll.get(position ?? 0n, 1);
    if (oldest === undefined) return { events: 0, oldestRecordedAtMs: null };
    const oldestRecordedAtMs = Number(oldest.recorded_at);
    if (this.isCopy) return { events: this.countFrom(oldest.position, last), oldestRecordedAtMs };
    // Counted by positions, not one by one: it is asked often, and the log may be long.
    return { events: Number(last - oldest.position) + 1, oldestRecordedAtMs };
  }

  async endPosition(): Promise<bigint> {
    return this.statements.endPosition.get() ?? 0n;
  }

  notify(): void {
    this.wakeUp.notify();
  }

  close(): void {
    this.db.close();
    this.wakeUp.notify();
  }

  /** Positions of a copy have gaps everywhere: counted as far as that is cheap, and beyond it as dense as up to there. */
  private countFrom(oldest: bigint, last: bigint): number {
    const counted = this.statements.positionsFrom.get(oldest, countedMax);
    const { events, position } = counted ?? { events: 0n, position: oldest };
    if (events < countedMax || position >= last) return Number(events);
    return Math.ceil((Number(events) * Number(last - oldest)) / Number(position - oldest));
  }

  private identityByEvents(): () => LogIdentity {
    const first = this.statements.pageOfAll.get(0n, 1);
    if (first === undefined) throw new LogUnusable('The log has no event that names it. Restore it from a copy.');
    const ledger = this.pages(this.statements.pageOfStreamBackwards, ledgerStreamName, newestRevision, -1n);
    const identity = readLogIdentity(first, ledger);
    return () => identity;
  }

  private pageOfAll(after: bigint, eventsMax: number): EventBatch {
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const row of this.statements.pageOfAll.iterate(after, eventsMax)) {
      events.push(toRecordedEvent(row));
      bytes += row.data.byteLength + row.metadata.byteLength;
      if (bytes >= batchBytesMax) return { events, caughtUp: false };
    }
    return { events, caughtUp: events.length < eventsMax };
  }

  private *pages(
    statement: Database.Statement<[string, bigint, number], EventRow>,
    streamName: string,
    from: bigint,
    step: bigint,
  ): Iterable<RecordedEvent> {
    let next = from;
    for (;;) {
      const page = statement.all(streamName, next, streamPageEvents).map(toRecordedEvent);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < streamPageEvents) return;
      next = last.revision + step;
    }
  }
}
/* eslint-enable @typescript-eslint/require-await */

function identityOfCopy(db: Database.Database): () => LogIdentity {
  const copied = prepareReplicaState(db);
  return () => {
    const row = copied.get();
    if (row === undefined) throw new LogUnusable('The copy of the log has not met its log yet.');
    return toLogIdentity(row);
  };
}

function prepareStatements(db: Database.Database) {
  const read = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, EventRow>(sql).safeIntegers();
  const position = (sql: string) => db.prepare<[], bigint>(sql).pluck().safeIntegers();
  return {
    // The sequence of AUTOINCREMENT outlives the event that it was given to.
    endPosition: position(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`),
    lastPosition: position('SELECT position FROM events ORDER BY position DESC LIMIT 1'),
    pageOfStream: read<[string, bigint, number]>(
      'SELECT * FROM events WHERE stream_name = ? AND revision >= ? ORDER BY revision LIMIT ?',
    ),
    pageOfStreamBackwards: read<[string, bigint, number]>(
      'SELECT * FROM events WHERE stream_name = ? AND revision <= ? ORDER BY revision DESC LIMIT ?',
    ),
    pageOfAll: read<[bigint, number]>('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?'),
    positionsFrom: db
      .prepare<[bigint, bigint], { readonly events: bigint; readonly position: bigint }>(
        `SELECT count(*) AS events, max(position) AS position
         FROM (SELECT position FROM events WHERE position >= ? ORDER BY position LIMIT ?)`,
      )
      .safeIntegers(),
    eventAt: read<[bigint]>('SELECT * FROM events WHERE position = ?'),
  };
}
