import type Database from 'better-sqlite3';
import {
  digestOfDamaged,
  digestOfFields,
  LogCheckCount,
  notWhatWasRecorded,
  type CheckProgress,
  type LogCheck,
} from '../event-digest.ts';
import type { RecordedEvent } from '../event-store.ts';
import type { RemovedEvents } from '../replication.ts';
import { eventsRemovedBy, retentionStreamName } from '../ledger-events.ts';
import { hasDigests, isReplica, openLogFileForReading, prepareEndPosition, type EventRow } from './log-file.ts';

/** An event to insert; without a position it gets the next one. */
type EventToInsert = Omit<RecordedEvent, 'position'> & { readonly position?: bigint };

/** The fields in a digest. */
type DigestedFields = readonly [
  position: bigint,
  streamName: string,
  revision: bigint,
  eventId: string,
  type: string,
  data: Uint8Array,
  metadata: Uint8Array,
  recordedAt: bigint,
];

const noDigest = new Uint8Array(0);

/** The digest of an event, which covers the previous event's digest. */
export function digestAfter(previous: Uint8Array | null, fields: DigestedFields): Buffer {
  return digestOfFields([previous ?? noDigest, ...fields]);
}

/** Whether an event differs from what was appended. False for one without a digest, which can't be checked. */
export function isDamagedRow(row: EventRow): boolean {
  // Undefined in a file of an earlier schema opened for reading.
  const { digest = null, previous_digest: previous = null } = row as Partial<EventRow>;
  if (digest === null) return false;
  const { position, stream_name, revision, event_id, type, data, metadata, recorded_at } = row;
  const fields = [position, stream_name, revision, event_id, type, data, metadata, recorded_at] as const;
  return !digestAfter(previous, fields).equals(digest);
}

/** An event to remove, without its content. */
export type RemovedRow = Pick<EventRow, 'position' | 'previous_digest' | 'digest'>;

type InsertedColumns = [...DigestedFields, previousDigest: Uint8Array | null, digest: Uint8Array | null];

/** Keeps the digests of a log chained; used inside a transaction. */
export type DigestChain = ReturnType<typeof prepareDigestChain>;

/** Prepares the statements of the chain. */
export function prepareDigestChain(db: Database.Database) {
  const end = prepareEndPosition(db);
  const digestBefore = prepareDigestBefore(db);
  const insert = prepareInsert(db);
  const runBefore = prepareRunBefore(db);
  const runAfter = prepareRunAfter(db);
  const removeRun = db.prepare<[bigint]>('DELETE FROM removed_events WHERE last_position = ?');
  const insertRun = prepareInsertRun(db);

  /** Merges the run with the ones directly before and after it. */
  const note = (run: RemovedEvents) => {
    let { first, previousDigest: previous, last, digest } = run;
    const before = runBefore.get(first);
    if (before !== undefined && isSame(before.digest, previous)) {
      removeRun.run(before.last);
      [first, previous] = [before.first, before.previousDigest];
    }
    const after = runAfter.get(last);
    if (after !== undefined && isSame(after.previousDigest, digest)) {
      removeRun.run(after.last);
      [last, digest] = [after.last, after.digest];
    }
    insertRun.run(first, last, previous, digest);
  };

  return {
    /** For one transaction: inserts each event, chained to the one before it, and returns its position. */
    beginInserting() {
      let position = end.get() ?? 0n;
      let previous = digestBefore(afterAll);
      return (event: EventToInsert): bigint => {
        position = event.position ?? position + 1n;
        const { streamName, revision, eventId, type, data, metadata } = event;
        const recordedAt = BigInt(event.recordedAtMs);
        const fields = [position, streamName, revision, eventId, type, data, metadata, recordedAt] as const;
        const digest = event.isDamaged ? digestOfDamaged : digestAfter(previous, fields);
        insert.run(...fields, previous, digest);
        previous = digest;
        return position;
      };
    },
    /** Notes events, in log order, that were removed on purpose. Events without a digest need no note. */
    noteRemoved(rows: readonly RemovedRow[]): void {
      for (const run of runsOf(rows)) note(run);
    },
  };
}

/** After every position that SQLite has. */
export const afterAll = 2n ** 63n - 1n;

/** Inserts an event with its digests. */
export function prepareInsert(db: Database.Database): Database.Statement<InsertedColumns> {
  return db.prepare<InsertedColumns>(
    `INSERT INTO events
       (position, stream_name, revision, event_id, type, data, metadata, recorded_at, previous_digest, digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
}

/** Inserts a run of removed events. */
export function prepareInsertRun(
  db: Database.Database,
): Database.Statement<[first: bigint, last: bigint, previousDigest: Uint8Array | null, digest: Uint8Array]> {
  return db.prepare(
    'INSERT INTO removed_events (first_position, last_position, previous_digest, digest) VALUES (?, ?, ?, ?)',
  );
}

/** The newest event before a position. */
export function prepareNewestBefore(db: Database.Database): Database.Statement<[bigint], EventRow> {
  return db
    .prepare<[bigint], EventRow>('SELECT * FROM events WHERE position < ? ORDER BY position DESC LIMIT 1')
    .safeIntegers();
}

/** The digest of the newest event before a position, even if it was removed. Null if none has one. */
export function prepareDigestBefore(db: Database.Database): (position: bigint) => Buffer | null {
  const [newest, runBefore] = [prepareNewestBefore(db), prepareRunBefore(db)];
  return (position) => {
    const [row, run] = [newest.get(position), runBefore.get(position)];
    const isRemoved = run !== undefined && (row === undefined || run.last > row.position);
    return isRemoved ? run.digest : (row?.digest ?? null);
  };
}

function prepareRunBefore(db: Database.Database): Database.Statement<[bigint], RemovedEvents> {
  return prepareRuns(db, 'last_position < ? ORDER BY last_position DESC LIMIT 1');
}

/** The first run of removed events that ends after a position. */
export function prepareRunAfter(db: Database.Database): Database.Statement<[bigint], RemovedEvents> {
  return prepareRuns(db, 'last_position > ? ORDER BY last_position LIMIT 1');
}

/** Runs of removed events. */
export function prepareRuns<Values extends unknown[]>(
  db: Database.Database,
  where: string,
): Database.Statement<Values, RemovedEvents> {
  return db
    .prepare<Values, RemovedEvents>(
      `SELECT first_position AS first, last_position AS last, previous_digest AS previousDigest, digest
       FROM removed_events WHERE ${where}`,
    )
    .safeIntegers();
}

/** Groups events that are neighbors in the chain into runs. */
function runsOf(rows: readonly RemovedRow[]): RemovedEvents[] {
  const runs: RemovedEvents[] = [];
  for (const { position, previous_digest: previousDigest, digest } of rows) {
    if (digest === null) continue;
    const last = runs.at(-1);
    if (last !== undefined && isSame(last.digest, previousDigest)) {
      runs[runs.length - 1] = { ...last, last: position, digest };
    } else {
      runs.push({ first: position, last: position, previousDigest, digest });
    }
  }
  return runs;
}

/** Whether two digests are equal, or both missing. */
export function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/** Events per read transaction: a longer one would keep the writer's write-ahead log from being emptied. */
const pageEvents = 1_000;

/**
 * Checks each event of a file, and that none is missing, while a service may be writing it. Yields progress, and returns its
 * findings about the events that the file had when the check got to them.
 * @throws LogUnusable - there is no log, or it is none of ours
 */
export function* checkLogFile(folder: string): Generator<CheckProgress, LogCheck> {
  const db = openLogFileForReading(folder);
  const count = new LogCheckCount();
  const check = new ChainCheck(db, count);
  try {
    while (!check.readPage()) yield check.progress();
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (!/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(String(code))) throw error;
    count.damage(check.progress().position + 1n, `and what follows cannot be read: ${message}`);
  } finally {
    db.close();
  }
  return count.found();
}

const missing = 'or a later one before the next event is missing';

/** Checks the chain of digests across events and runs of removed ones. */
class ChainCheck {
  private readonly page: Database.Statement<[bigint, number], EventRow>;
  private readonly end: Database.Statement<[], bigint>;
  private readonly runAfter: ReturnType<typeof prepareRunAfter> | null;
  private readonly hasGaps: boolean;
  private position = 0n;
  private endPosition = 0n;
  /** Of the last event with one. */
  private digest: Buffer | null = null;
  private wasDamaged = false;

  constructor(
    private readonly db: Database.Database,
    private readonly count: LogCheckCount,
  ) {
    this.page = db
      .prepare<[bigint, number], EventRow>('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT +?')
      .safeIntegers();
    this.end = prepareEndPosition(db);
    this.runAfter = hasDigests(db) ? prepareRunAfter(db) : null;
    // A replica has the server's positions, and the server has other events too.
    this.hasGaps = isReplica(db);
  }

  progress(): CheckProgress {
    const { position, endPosition } = this;
    return { events: this.count.found().events, position, endPosition };
  }

  /** True when nothing is left to read. */
  readPage(): boolean {
    return this.db.transaction(() => {
      this.endPosition = this.end.get() ?? 0n;
      let read = 0;
      for (const row of this.page.iterate(this.position, pageEvents)) {
        this.visit(row);
        read += 1;
      }
      if (read === pageEvents) return false;
      this.visitEnd();
      return true;
    })();
  }

  private visit(row: EventRow): void {
    const { position } = row;
    // Undefined if the file has an earlier schema.
    const digest = (row as Partial<EventRow>).digest ?? null;
    this.count.event({ hasDigest: digest !== null });
    const removed = row.stream_name === retentionStreamName ? eventsRemovedBy(row) : null;
    if (removed !== null) this.count.removed(removed, position);
    if (digest === null) {
      if (this.digest !== null) this.count.damage(position, 'has no digest, although events before it have one');
    } else {
      const isFirst = this.digest === null;
      this.skipRemoved(position);
      const isNext = isFirst || this.hasGaps || position === this.position + 1n;
      const follows = isSame(row.previous_digest, this.digest);
      const isDamaged = isDamagedRow(row);
      // If an event or the one before it is damaged, its previous digest may be too.
      if (!isNext || (!follows && !isDamaged && !this.wasDamaged)) this.count.damage(this.position + 1n, missing);
      if (isDamaged) this.count.damage(position, notWhatWasRecorded);
      this.wasDamaged = isDamaged;
      this.digest = digest;
    }
    this.position = position;
  }

  private visitEnd(): void {
    if (this.digest === null) return;
    this.skipRemoved(this.endPosition + 1n);
    if (this.position < this.endPosition) this.count.damage(this.position + 1n, 'and all newer ones are missing');
  }

  /** Moves to the last event before a position that was removed on purpose, perhaps only just now. */
  private skipRemoved(before: bigint): void {
    for (;;) {
      const run = this.runAfter?.get(this.position);
      if (run === undefined || run.last >= before) return;
      const isJoined = isSame(run.previousDigest, this.digest) || run.first <= this.position;
      if (!isJoined) return;
      [this.position, this.digest] = [run.last, run.digest];
    }
  }
}
