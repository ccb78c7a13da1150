import type Database from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import { ledgerStreamName, type Append, type AppendedEvents } from '../event-store.ts';
import { newLogBegun } from '../log-identity.ts';
import type { AppendOutcome } from './append-queue.ts';
import type { EventRow } from './log-schema.ts';

/** Events that one step of a truncation removes: a few milliseconds of work, so that appends are not delayed by more. */
const truncationStepEvents = 1_000;

export interface GroupCommit {
  /** One for each append, in their order. */
  readonly outcomes: readonly AppendOutcome[];
  /** Of the transaction, fsync included. */
  readonly durationMs: number;
}

/** Writes the log synchronously, one transaction a call. */
export interface LogWriter {
  /** Appends the event that identifies the log, if the log is empty. */
  beginLog(recordedAtMs: number): void;
  /**
   * One transaction for the whole group: either every append that is acceptable becomes durable, or none is written.
   * @throws StoreUnavailable - nothing was written
   */
  commit(appends: readonly Append[], recordedAtMs: number): GroupCommit;
  /**
   * One step of `EventStore.truncateStream`: true once nothing is left to remove.
   * @throws StoreUnavailable - nothing was removed
   */
  truncate(streamName: string, beforeRevision: bigint): boolean;
}

/** `db` must not be used by anything else. */
export function createLogWriter(db: Database.Database): LogWriter {
  const statements = prepareStatements(db);

  /** Revision of the newest event that the stream ever had. */
  const lastRevisionOf = (streamName: string): bigint | null => {
    const last = statements.lastRevision.get(streamName);
    if (last !== undefined) return last;
    const next = statements.nextRevision.get(streamName);
    return next === undefined ? null : next - 1n;
  };

  /** The same ids at the same revisions: the append succeeded before, and its answer was lost. */
  const findRepetition = (streamName: string, events: Append['events'], from: bigint): AppendedEvents | null => {
    const rows = statements.pageOfStream.all(streamName, from, events.length);
    const last = rows.at(-1);
    const same =
      rows.length === events.length &&
      rows.every((row, index) => row.event_id === events[index]?.eventId && row.revision === from + BigInt(index));
    return same && last !== undefined ? { revision: last.revision, position: last.position } : null;
  };

  const write = ({ streamName, events, expected }: Append, recordedAtMs: number): AppendOutcome => {
    const actual = lastRevisionOf(streamName);
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected)) {
      const earlier = findRepetition(streamName, events, expected === 'none' ? 0n : expected + 1n);
      return earlier ?? new WrongExpectedRevision(streamName, expected, actual);
    }
    let revision = actual ?? -1n;
    let position = 0n;
    for (const { eventId, type, data, metadata } of events) {
      revision += 1n;
      const { insert } = statements;
      position = BigInt(insert.run(streamName, revision, eventId, type, data, metadata, recordedAtMs).lastInsertRowid);
    }
    return { revision, position };
  };

  const commit: LogWriter['commit'] = (appends, recordedAtMs) => {
    const begunMs = performance.now();
    const outcomes = durably(db, () => appends.map((append) => write(append, recordedAtMs)));
    return { outcomes, durationMs: performance.now() - begunMs };
  };

  return {
    commit,
    beginLog(recordedAtMs) {
      if (statements.anyEvent.get() !== undefined) return;
      commit([{ streamName: ledgerStreamName, events: [newLogBegun()], expected: 'none' }], recordedAtMs);
    },
    truncate: (streamName, beforeRevision) =>
      durably(db, () => {
        const last = lastRevisionOf(streamName);
        if (last === null) return true;
        const { changes } = statements.removeOldest.run(streamName, beforeRevision, truncationStepEvents);
        if (changes > 0) statements.saveNextRevision.run(streamName, last + 1n);
        return changes < truncationStepEvents;
      }),
  };
}

function durably<Result>(db: Database.Database, work: () => Result): Result {
  try {
    return db.transaction(work).immediate();
  } catch (error) {
    throw new StoreUnavailable(`The log could not be written: ${(error as Error).message}.`, { cause: error });
  }
}

function prepareStatements(db: Database.Database) {
  return {
    anyEvent: db.prepare('SELECT 1 FROM events LIMIT 1'),
    insert: db.prepare<[string, bigint, string, string, Uint8Array, Uint8Array, number]>(
      `INSERT INTO events (stream_name, revision, event_id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
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
        `SELECT position, revision, event_id FROM events WHERE stream_name = ? AND revision >= ? ORDER BY revision LIMIT ?`,
      )
      .safeIntegers(),
    removeOldest: db.prepare<[string, bigint, number]>(
      `DELETE FROM events WHERE position IN (
         SELECT position FROM events WHERE stream_name = ? AND revision < ? ORDER BY revision LIMIT ?)`,
    ),
    saveNextRevision: db.prepare<[string, bigint]>(
      'INSERT OR REPLACE INTO truncated_streams (stream_name, next_revision) VALUES (?, ?)',
    ),
  };
}
