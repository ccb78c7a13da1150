import type Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { LogUnusable, StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import {
  ledgerStreamName,
  logBegunType,
  type AppendedEvents,
  type EventBatch,
  type EventStore,
  type FollowOptions,
  type RecordedEvent,
} from '../event-store.ts';
import { AppendQueue, type Append, type AppendOutcome } from './append-queue.ts';
import { lockDataDir, openLogFile } from './log-file.ts';
import { WakeUp } from '../wake-up.ts';

interface EventRow {
  readonly position: bigint;
  readonly stream_name: string;
  readonly revision: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly recorded_at: bigint;
}

/** Events a page of `readStream` holds. */
const streamPageEvents = 256;

/**
 * The embedded log: one SQLite file in a data directory that one process holds. Durable: WAL with synchronous FULL,
 * asserted at opening, so a commit returns after fsync.
 * @throws LogUnusable - the directory is in use, or what is there is no log of ours
 */
export function openSqliteEventStore(dataDir: string, clock: Clock): EventStore {
  const unlock = lockDataDir(dataDir);
  let db: Database.Database | null = null;
  try {
    db = openLogFile(dataDir);
    return new SqliteEventStore(db, clock, unlock);
  } catch (error) {
    db?.close();
    unlock();
    throw error;
  }
}

class SqliteEventStore implements EventStore {
  readonly logId: string;
  private readonly queue = new AppendQueue((appends) => this.commit(appends));
  private readonly wakeUp = new WakeUp();
  private readonly statements: ReturnType<typeof prepareStatements>;

  constructor(
    private readonly db: Database.Database,
    private readonly clock: Clock,
    private readonly unlock: () => void,
  ) {
    this.statements = prepareStatements(db);
    this.logId = this.readLogId() ?? this.beginLog();
  }

  append(...[streamName, events, expected]: Parameters<EventStore['append']>): Promise<AppendedEvents> {
    if (!this.db.open) return Promise.reject(new StoreUnavailable('The log is closed.'));
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    return this.queue.add({ streamName, events, expected });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- SQLite answers at once; the port's other adapters do not
  async *readStream(streamName: string, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    let next = fromRevision;
    for (;;) {
      const page = this.statements.pageOfStream.all(streamName, next, streamPageEvents).map(toRecordedEvent);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < streamPageEvents) return;
      next = last.revision + 1n;
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async readAt(position: bigint): Promise<RecordedEvent | null> {
    const row = this.statements.eventAt.get(position);
    return row === undefined ? null : toRecordedEvent(row);
  }

  async *followAll({ after, batchEventsMax, signal }: FollowOptions): AsyncIterable<EventBatch> {
    let position = after ?? 0n;
    let saidCaughtUp = false;
    while (!signal.aborted && this.db.open) {
      const { seen } = this.wakeUp;
      const events = this.statements.pageOfAll.all(position, batchEventsMax).map(toRecordedEvent);
      const caughtUp = events.length < batchEventsMax;
      position = events.at(-1)?.position ?? position;
      if (events.length > 0 || !saidCaughtUp) yield { events, caughtUp };
      saidCaughtUp = caughtUp;
      if (caughtUp) await this.wakeUp.after(seen, signal);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async lagAfter(position: bigint | null): Promise<{ events: number; oldestRecordedAtMs: number | null }> {
    const last = this.statements.lastPosition.get() ?? 0n;
    const oldest = this.statements.pageOfAll.get(position ?? 0n, 1);
    // Positions of this adapter follow each other without a gap.
    return {
      events: oldest === undefined ? 0 : Number(last - oldest.position) + 1,
      oldestRecordedAtMs: oldest === undefined ? null : Number(oldest.recorded_at),
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async close(): Promise<void> {
    if (!this.db.open) return;
    this.queue.flush();
    this.db.close();
    this.unlock();
    this.wakeUp.ring();
  }

  private readLogId(): string | null {
    const first = this.statements.pageOfAll.get(0n, 1);
    if (first === undefined) return null;
    const { logId } = (first.type === logBegunType ? JSON.parse(first.data.toString()) : {}) as { logId?: unknown };
    if (typeof logId !== 'string') {
      throw new LogUnusable(
        'The first event of the log does not name it: the file is damaged. Restore it from a copy.',
      );
    }
    return logId;
  }

  private beginLog(): string {
    const logId = randomUUID();
    const event = {
      eventId: randomUUID(),
      type: logBegunType,
      data: Buffer.from(JSON.stringify({ logId })),
      metadata: Buffer.from('{}'),
    };
    this.commit([{ streamName: ledgerStreamName, events: [event], expected: 'none' }]);
    return logId;
  }

  /** One transaction for all; it either becomes durable with every append that was in order, or leaves nothing. */
  private commit(appends: readonly Append[]): readonly AppendOutcome[] {
    let outcomes: readonly AppendOutcome[];
    try {
      outcomes = this.db.transaction(() => appends.map((append) => this.write(append))).immediate();
    } catch (error) {
      throw new StoreUnavailable(`The log could not be written: ${(error as Error).message}.`, { cause: error });
    }
    this.wakeUp.ring();
    return outcomes;
  }

  private write({ streamName, events, expected }: Append): AppendOutcome {
    const actual = this.statements.lastRevision.get(streamName) ?? null;
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected)) {
      const earlier = this.findRepetition(streamName, events, expected === 'none' ? 0n : expected + 1n);
      return earlier ?? new WrongExpectedRevision(streamName, expected, actual);
    }
    const recordedAt = this.clock();
    let revision = actual ?? -1n;
    let position = 0n;
    for (const { eventId, type, data, metadata } of events) {
      revision += 1n;
      const { lastInsertRowid } = this.statements.insert.run(
        streamName,
        revision,
        eventId,
        type,
        data,
        metadata,
        recordedAt,
      );
      position = BigInt(lastInsertRowid);
    }
    return { revision, position };
  }

  /** The same ids at the same revisions: the append was done already, and its answer was lost. */
  private findRepetition(streamName: string, events: Append['events'], from: bigint): AppendedEvents | null {
    const rows = this.statements.pageOfStream.all(streamName, from, events.length);
    const last = rows.at(-1);
    const same = rows.length === events.length && rows.every((row, index) => row.event_id === events[index]?.eventId);
    return same && last !== undefined ? { revision: last.revision, position: last.position } : null;
  }
}

function prepareStatements(db: Database.Database) {
  const read = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, EventRow>(sql).safeIntegers();
  return {
    insert: db.prepare<[string, bigint, string, string, Uint8Array, Uint8Array, number]>(
      `INSERT INTO events (stream_name, revision, event_id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    lastRevision: db
      .prepare<[string], bigint>('SELECT revision FROM events WHERE stream_name = ? ORDER BY revision DESC LIMIT 1')
      .pluck()
      .safeIntegers(),
    lastPosition: db
      .prepare<[], bigint>('SELECT position FROM events ORDER BY position DESC LIMIT 1')
      .pluck()
      .safeIntegers(),
    pageOfStream: read<[string, bigint, number]>(
      'SELECT * FROM events WHERE stream_name = ? AND revision >= ? ORDER BY revision LIMIT ?',
    ),
    pageOfAll: read<[bigint, number]>('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?'),
    eventAt: read<[bigint]>('SELECT * FROM events WHERE position = ?'),
  };
}

function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    position: row.position,
    streamName: row.stream_name,
    revision: row.revision,
    eventId: row.event_id,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    recordedAtMs: Number(row.recorded_at),
  };
}
