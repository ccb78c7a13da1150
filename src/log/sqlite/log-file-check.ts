import type Database from 'better-sqlite3';
import { LogCheckCount, notWhatWasRecorded, type CheckProgress, type LogCheck } from '../log-check.ts';
import { eventsRemovedBy, retentionStreamName } from '../retention-record.ts';
import { isDamagedRow, isSame, prepareRunAfter } from './digest-chain.ts';
import { openLogFileForReading } from './log-file.ts';
import { digestsSinceVersion, isReplica, logSchemaVersion, type EventRow } from './log-schema.ts';

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
    this.end = db.prepare<[], bigint>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).pluck().safeIntegers();
    this.runAfter = (logSchemaVersion(db) ?? 0) < digestsSinceVersion ? null : prepareRunAfter(db);
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
      if (run === undefined || run.last_position >= before) return;
      const isJoined = isSame(run.previous_digest, this.digest) || run.first_position <= this.position;
      if (!isJoined) return;
      [this.position, this.digest] = [run.last_position, run.digest];
    }
  }
}
