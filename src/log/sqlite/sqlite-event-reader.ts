import type Database from 'better-sqlite3';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ledgerStreamName,
  LogUnusable,
  type EventBatch,
  type EventReader,
  type FollowOptions,
  type LogLag,
  type RecordedEvent,
  type StreamSize,
  type LogIdentity,
} from '../event-store.ts';
import { readLogIdentity } from '../ledger-events.ts';
import { Notifier } from '../../kernel/notifier.ts';
import {
  hasDigests,
  isReplica,
  openLogFileForReading,
  prepareEndPosition,
  prepareReplicaState,
  toLogIdentity,
  type EventRow,
} from './log-file.ts';
import { isDamagedRow, prepareRunAfter } from './digest-chain.ts';
import { preparePackedEvents } from './packed-events.ts';
import { openEventsWith } from '../sealing/key-files.ts';
import type { OpenEvent } from '../sealing/sealed-event.ts';

/** Events of a stream read at once by default. */
const streamPageEvents = 256;

/** The most bytes read at once, whatever is asked for: reading them and checking their digests blocks the thread for a few milliseconds. */
const streamPageBytesMax = 1024 * 1024;

/** Events whose sizes are added up at once: their rows are all over the file, and callbacks wait meanwhile. */
const sizeSliceEvents = 128;

/** Bytes of data and metadata in a batch of `followAll`, however many events are asked for. */
const batchBytesMax = 16 * 1024 * 1024;

/** Events counted one by one if positions have gaps: a few milliseconds of work. */
const countedMax = 10_000n;

// The port is asynchronous for other adapters; SQLite is not.
/* oxlint-disable typescript/require-await */
/** Reads a log on its own connection, while another may append to it. It needs no lock of the data directory and blocks nobody. */
export class SqliteEventReader implements EventReader {
  readonly logId: string;
  private readonly db: Database.Database;
  private readonly notifier = new Notifier();
  private readonly statements: ReturnType<typeof prepareStatements>;
  private readonly identity: () => LogIdentity;
  private readonly isReplica: boolean;
  /** The last batch, for others who ask for the same before the next commit: many read the log's end and are notified at once. */
  private newest: { readonly of: string; readonly batch: WeakRef<EventBatch> } | null = null;

  /**
   * @param openEvent - how sealed events are opened; by default they can't be read
   * @throws LogUnusable - there is no log, or it is damaged
   */
  constructor(
    dataDir: string,
    private readonly openEvent: OpenEvent = openEventsWith(null),
  ) {
    this.db = openLogFileForReading(dataDir);
    try {
      this.statements = prepareStatements(this.db);
      this.isReplica = isReplica(this.db);
      this.identity = this.isReplica ? identityOfReplica(this.db) : this.identityByEvents();
      ({ logId: this.logId } = this.identity());
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /** The epoch of a replica may change while it is open. */
  get epoch(): number {
    return this.identity().epoch;
  }

  /** The random id of its first event: known to nobody who has no copy of the log, because no answer shows it. */
  get secret(): string {
    const [first] = this.pages(ledgerStreamName, 0n, 1);
    if (first === undefined) throw new LogUnusable(damagedIdentity);
    return first.eventId;
  }

  async *readStream(
    streamName: string,
    fromRevision = 0n,
    eventsAtOnce = streamPageEvents,
  ): AsyncIterable<RecordedEvent> {
    yield* this.pages(streamName, fromRevision, eventsAtOnce);
  }

  async *streamSizes(prefix: string, upTo: bigint): AsyncIterable<StreamSize> {
    const { firstStreamFrom, firstStreamAfter, sizeOfSlice } = this.statements;
    let streamName = firstStreamFrom.get(prefix);
    while (streamName?.startsWith(prefix) === true) {
      const size = { streamName, events: 0, bytes: 0 };
      let next: bigint | null = 0n;
      while (next !== null) {
        const slice = sizeOfSlice.get(streamName, next, upTo, sizeSliceEvents);
        size.events += Number(slice?.events ?? 0n);
        size.bytes += Number(slice?.bytes ?? 0n);
        next = slice?.last == null ? null : slice.last + 1n;
        await turn();
      }
      if (size.events > 0) yield size;
      streamName = firstStreamAfter.get(streamName);
    }
  }

  async lastRevision(streamName: string): Promise<bigint | null> {
    return this.statements.lastRevision.get(streamName) ?? null;
  }

  async readAt(position: bigint): Promise<RecordedEvent | null> {
    const row = this.statements.eventAt.get(position);
    return row === undefined ? null : this.openEvent(toRecordedEvent(row));
  }

  eventIdAt(position: bigint): string | null {
    return this.statements.eventIdAt.get(position) ?? null;
  }

  hasRemoved(position: bigint): boolean {
    const run = this.statements.removedAfter?.get(position - 1n);
    return run !== undefined && run.first <= position;
  }

  async *followAll({ after, batchEventsMax, signal }: FollowOptions): AsyncIterable<EventBatch> {
    let position = after ?? 0n;
    let wasCaughtUp = false;
    while (!signal.aborted && this.db.open) {
      const { seen } = this.notifier;
      const { events, caughtUp } = this.pageOfAll(position, batchEventsMax);
      position = events.at(-1)?.position ?? position;
      if (events.length > 0 || !wasCaughtUp) yield { events, caughtUp };
      wasCaughtUp = caughtUp;
      if (caughtUp) await this.notifier.after(seen, signal);
      // V8 keeps a WeakRef's target until the event loop turns: without this, every page of the log would stay in memory.
      else await turn();
    }
  }

  async lagAfter(position: bigint | null): Promise<LogLag> {
    const last = this.statements.lastPosition.get() ?? 0n;
    const oldest = this.statements.firstAfter.get(position ?? 0n);
    if (oldest === undefined) return { events: 0, oldestRecordedAtMs: null };
    const oldestRecordedAtMs = Number(oldest.recorded_at);
    if (this.isReplica) return { events: this.countFrom(oldest.position, last), oldestRecordedAtMs };
    // The difference of positions, less the removed events: this is called often, and the log may be long.
    const removed = this.statements.removedBetween?.get(oldest.position, last) ?? 0n;
    return { events: Number(last - oldest.position - removed) + 1, oldestRecordedAtMs };
  }

  async endPosition(): Promise<bigint> {
    return this.statements.endPosition.get() ?? 0n;
  }

  /** Makes `followAll` continue: this connection does not notice other connections' appends by itself. */
  notify(): void {
    this.notifier.notify();
  }

  /** Ends `followAll`; later reads fail. */
  close(): void {
    this.db.close();
    this.notifier.notify();
  }

  /** A replica's positions have gaps: events are counted as long as that is cheap, and extrapolated beyond. */
  private countFrom(oldest: bigint, last: bigint): number {
    const counted = this.statements.positionsFrom.get(oldest, countedMax);
    const { events, position } = counted ?? { events: 0n, position: oldest };
    if (events < countedMax || position >= last) return Number(events);
    return Math.ceil((Number(events) * Number(last - oldest)) / Number(position - oldest));
  }

  private identityByEvents(): () => LogIdentity {
    const first = this.statements.firstAfter.get(0n);
    if (first === undefined) throw new LogUnusable('The log has no event that identifies it. Restore it from a copy.');
    const ledger = [...this.pages(ledgerStreamName, 0n, streamPageEvents)];
    if (ledger.some(({ isDamaged }) => isDamaged)) throw new LogUnusable(damagedIdentity);
    const identity = readLogIdentity(first, ledger);
    return () => identity;
  }

  private pageOfAll(after: bigint, eventsMax: number): EventBatch {
    const of = `${after} ${eventsMax} ${this.statements.dataVersion.get()}`;
    const known = this.newest?.of === of ? this.newest.batch.deref() : undefined;
    if (known !== undefined) return known;
    const { events, isCut } = this.takeEvents(this.statements.eventsAfter(after, eventsMax), batchBytesMax);
    const batch = { events, caughtUp: !isCut && events.length < eventsMax };
    this.newest = { of, batch: new WeakRef(batch) };
    return batch;
  }

  private *pages(streamName: string, fromRevision: bigint, eventsMax: number): Iterable<RecordedEvent> {
    let next = fromRevision;
    for (;;) {
      const rows = this.statements.pageOfStream.iterate(streamName, next, eventsMax);
      const { events, isCut } = this.takeEvents(rows, streamPageBytesMax);
      yield* events;
      const last = events.at(-1);
      if (last === undefined || (!isCut && events.length < eventsMax)) return;
      next = last.revision + 1n;
    }
  }

  /** Takes events from rows until they reach `bytesMax`; `isCut`: there may be more rows. */
  private takeEvents(rows: Iterable<EventRow>, bytesMax: number) {
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      events.push(this.openEvent(toRecordedEvent(row)));
      bytes += row.data.byteLength + row.metadata.byteLength;
      if (bytes >= bytesMax) return { events, isCut: true };
    }
    return { events, isCut: false };
  }
}
/* oxlint-enable typescript/require-await */

const damagedIdentity =
  'An event that identifies the log is not what was written: the file is damaged. Restore it from a copy.';

/** Converts a row of the log into its event. */
export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    position: row.position,
    streamName: row.stream_name,
    revision: row.revision,
    eventId: row.event_id,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    recordedAtMs: Number(row.recorded_at),
    ...(isDamagedRow(row) && { isDamaged: true }),
  };
}

function identityOfReplica(db: Database.Database): () => LogIdentity {
  const state = prepareReplicaState(db);
  return () => {
    const row = state.get();
    if (row === undefined)
      throw new LogUnusable('The copy of the log is empty: EventStoreDB has not been reached yet.');
    return toLogIdentity(row);
  };
}

/** Counts the events removed between two existing ones; null for a file of an earlier schema, which does not record it. */
function prepareRemovedBetween(db: Database.Database) {
  if (!hasDigests(db)) return null;
  return db
    .prepare<[bigint, bigint], bigint>(
      `SELECT coalesce(sum(last_position - first_position + 1), 0) FROM removed_events
       WHERE last_position > ? AND last_position < ?`,
    )
    .pluck()
    .safeIntegers();
}

function prepareStatements(db: Database.Database) {
  const read = <Parameters extends unknown[]>(sql: string) => db.prepare<Parameters, EventRow>(sql).safeIntegers();
  const position = (sql: string) => db.prepare<[], bigint>(sql).pluck().safeIntegers();
  return {
    endPosition: prepareEndPosition(db),
    // Changes with each commit of another connection; this connection commits nothing.
    dataVersion: position('PRAGMA data_version'),
    lastPosition: position('SELECT position FROM events ORDER BY position DESC LIMIT 1'),
    pageOfStream: read<[string, bigint, number]>(
      'SELECT * FROM events WHERE stream_name = ? AND revision >= ? ORDER BY revision LIMIT +?',
    ),
    firstStreamFrom: db.prepare<[string], string>(streamNameSql('>=')).pluck(),
    firstStreamAfter: db.prepare<[string], string>(streamNameSql('>')).pluck(),
    // The lengths alone: SQLite reads them from the head of a row, and not the pages of a large body.
    sizeOfSlice: db
      .prepare<
        [string, bigint, bigint, number],
        { readonly events: bigint; readonly bytes: bigint | null; readonly last: bigint | null }
      >(
        `SELECT count(*) AS events, sum(bytes) AS bytes, max(revision) AS last
         FROM (SELECT revision, length(data) + length(metadata) AS bytes FROM events
               WHERE stream_name = ? AND revision >= ? AND position <= ? ORDER BY revision LIMIT +?)`,
      )
      .safeIntegers(),
    lastRevision: db
      .prepare<[string], bigint>('SELECT revision FROM events WHERE stream_name = ? ORDER BY revision DESC LIMIT 1')
      .pluck()
      .safeIntegers(),
    eventsAfter: preparePackedEvents(db),
    firstAfter: read<[bigint]>('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT 1'),
    positionsFrom: db
      .prepare<[bigint, bigint], { readonly events: bigint; readonly position: bigint }>(
        `SELECT count(*) AS events, max(position) AS position
         FROM (SELECT position FROM events WHERE position >= ? ORDER BY position LIMIT +?)`,
      )
      .safeIntegers(),
    eventAt: read<[bigint]>('SELECT * FROM events WHERE position = ?'),
    eventIdAt: db.prepare<[bigint], string>('SELECT event_id FROM events WHERE position = ?').pluck(),
    removedAfter: hasDigests(db) ? prepareRunAfter(db) : null,
    removedBetween: prepareRemovedBetween(db),
  };
}

/** Goes by the index of the streams, so it costs the same however many events a stream has. */
function streamNameSql(operator: '>=' | '>'): string {
  return `SELECT stream_name FROM events WHERE stream_name ${operator} ? ORDER BY stream_name LIMIT 1`;
}
