import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { describeDiskFault } from '../../kernel/disk.ts';
import {
  ledgerStreamName,
  StoreUnavailable,
  WrongExpectedRevision,
  type Append,
  type AppendedEvents,
  type LogIdentity,
} from '../event-store.ts';
import { newEpochBegun, newLogBegun, type CommandNote } from '../ledger-events.ts';
import type { AppendOutcome } from './append-queue.ts';
import { prepareDigestChain, type DigestChain, type RemovedRow } from './digest-chain.ts';
import { createNameCheck, type EventRow } from './log-file.ts';

/** Events removed by one step of a truncation: a few milliseconds of work, so that appends wait no longer. */
const truncationStepEvents = 1_000;

type Insert = ReturnType<DigestChain['beginInserting']>;

export interface GroupCommit {
  /** One per append, in order. */
  readonly outcomes: readonly AppendOutcome[];
  /** Includes the fsync. */
  readonly durationMs: number;
}

/** A request to remove the events of a stream before a revision. */
export interface Truncation {
  readonly streamName: string;
  readonly beforeRevision: bigint;
}

/** Writes the log synchronously, one transaction per call. */
export class LogWriter {
  private readonly statements: ReturnType<typeof prepareStatements>;
  private readonly chain: DigestChain;
  private readonly assertFilesAreThere: () => void;

  /** `db` must not be used by anything else. */
  constructor(private readonly db: Database.Database) {
    this.statements = prepareStatements(db);
    this.chain = prepareDigestChain(db);
    this.assertFilesAreThere = createFilesCheck(db.name);
  }

  /** Appends the event that identifies the log, if the log is empty. */
  beginLog(recordedAtMs: number): void {
    if (this.statements.anyEvent.get() !== undefined) return;
    this.commit([{ streamName: ledgerStreamName, events: [newLogBegun()], expected: 'none' }], recordedAtMs);
  }

  /** Appends the event that begins an epoch; `begunBy`: the command that has it begin. */
  beginEpoch(identity: LogIdentity, recordedAtMs: number, begunBy: CommandNote | null = null): void {
    const events = [newEpochBegun(identity, begunBy)];
    this.commit([{ streamName: ledgerStreamName, events, expected: 'any' }], recordedAtMs);
  }

  /**
   * One transaction for the whole group: either every acceptable append becomes durable, or none is written.
   * @throws StoreUnavailable - nothing was written
   */
  commit(appends: readonly Append[], recordedAtMs: number): GroupCommit {
    const begunMs = performance.now();
    this.assertFilesAreThere();
    const outcomes = durably(this.db, () => {
      const insert = this.chain.beginInserting();
      return appends.map((append) => this.write(append, recordedAtMs, insert));
    });
    return { outcomes, durationMs: performance.now() - begunMs };
  }

  /**
   * One step of each `EventStore.truncateStream`, all in one transaction. True for each that has nothing left to remove.
   * @throws StoreUnavailable - nothing was removed
   */
  truncate(truncations: readonly Truncation[]): boolean[] {
    return durably(this.db, () => {
      let left = truncationStepEvents;
      return truncations.map((truncation) => {
        left -= this.removeOldest(truncation, left);
        return left > 0;
      });
    });
  }

  private write({ streamName, events, expected }: Append, recordedAtMs: number, insert: Insert): AppendOutcome {
    const actual = this.lastRevisionOf(streamName);
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected)) {
      const earlier = this.findRepetition(streamName, events, expected === 'none' ? 0n : expected + 1n);
      return earlier ?? new WrongExpectedRevision(streamName, expected, actual);
    }
    let revision = actual ?? -1n;
    let position = 0n;
    for (const { eventId, type, data, metadata, isDamaged } of events) {
      revision += 1n;
      // Only these fields: an event of another log, such as the spool, has a position and time there.
      const event = { eventId, type, data, metadata, ...(isDamaged && { isDamaged }) };
      position = insert({ ...event, streamName, revision, recordedAtMs });
    }
    return { revision, position };
  }

  /** Revision of the stream's newest event ever. */
  private lastRevisionOf(streamName: string): bigint | null {
    const last = this.statements.lastRevision.get(streamName) ?? null;
    const next = this.statements.nextRevision.get(streamName);
    // The newest event may have been removed while older ones remain.
    return next === undefined || (last !== null && last >= next) ? last : next - 1n;
  }

  /** The same ids at the same revisions: an earlier append succeeded, but its answer was lost. */
  private findRepetition(streamName: string, events: Append['events'], from: bigint): AppendedEvents | null {
    const rows = this.statements.pageOfStream.all(streamName, from, events.length);
    const last = rows.at(-1);
    const same =
      rows.length === events.length &&
      rows.every((row, index) => row.event_id === events[index]?.eventId && row.revision === from + BigInt(index));
    return same && last !== undefined ? { revision: last.revision, position: last.position } : null;
  }

  /** Returns the number removed. */
  private removeOldest({ streamName, beforeRevision }: Truncation, eventsMax: number): number {
    const last = this.lastRevisionOf(streamName);
    if (last === null || eventsMax === 0) return 0;
    const oldest = this.statements.oldest.all(streamName, beforeRevision, eventsMax);
    for (const { position } of oldest) this.statements.remove.run(position);
    this.chain.noteRemoved(oldest);
    if (oldest.length > 0) this.statements.saveNextRevision.run(streamName, last + 1n);
    return oldest.length;
  }
}

/** The returned check throws StoreUnavailable if a file has lost its name. */
function createFilesCheck(file: string): () => void {
  const [logHasItsName, walHasItsName] = [createNameCheck(file), createNameCheck(`${file}-wal`)];
  return () => {
    if (!logHasItsName()) {
      throw new StoreUnavailable(
        `The log could not be written: ${file} is gone, or another file has its name. If it was moved, put it back. If it was removed, stop the service, and restore a backup: docs/backup.md#restore.`,
      );
    }
    if (!walHasItsName()) {
      throw new StoreUnavailable(
        `The log could not be written: ${file}-wal was removed, and this process alone still has what was not moved from it into the log. Stop the service by SIGTERM, never by SIGKILL, so that it is moved. Then start it again.`,
      );
    }
  };
}

function durably<Result>(db: Database.Database, work: () => Result): Result {
  try {
    return db.transaction(work).immediate();
  } catch (error) {
    const problem = describeDiskFault(error) ?? `${(error as Error).message}.`;
    throw new StoreUnavailable(`The log could not be written: ${problem}`, { cause: error });
  }
}

function prepareStatements(db: Database.Database) {
  return {
    anyEvent: db.prepare('SELECT 1 FROM events LIMIT 1'),
    lastRevision: db
      .prepare<[string], bigint>('SELECT revision FROM events WHERE stream_name = ? ORDER BY revision DESC LIMIT 1')
      .pluck()
      .safeIntegers(),
    nextRevision: db
      .prepare<[string], bigint>('SELECT next_revision FROM truncated_streams WHERE stream_name = ?')
      .pluck()
      .safeIntegers(),
    pageOfStream: db
      .prepare<[string, bigint, number], Pick<EventRow, 'position' | 'revision' | 'event_id'>>(
        `SELECT position, revision, event_id FROM events WHERE stream_name = ? AND revision >= ? ORDER BY revision LIMIT +?`,
      )
      .safeIntegers(),
    oldest: db
      .prepare<[string, bigint, number], RemovedRow>(
        `SELECT position, previous_digest, digest FROM events
         WHERE stream_name = ? AND revision < ? ORDER BY revision LIMIT +?`,
      )
      .safeIntegers(),
    remove: db.prepare<[bigint]>('DELETE FROM events WHERE position = ?'),
    saveNextRevision: db.prepare<[string, bigint]>(
      'INSERT OR REPLACE INTO truncated_streams (stream_name, next_revision) VALUES (?, ?)',
    ),
  };
}
