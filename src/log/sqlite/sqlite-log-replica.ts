import type Database from 'better-sqlite3';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describeDiskFault, DiskNearlyFull, isNearlyFull, measureDiskSpace } from '../../kernel/disk.ts';
import { CopyAltered, LogRestored, LogUnusable, StoreUnavailable, type RecordedEvent } from '../event-store.ts';
import { afterRestore, type CommandNote } from '../ledger-events.ts';
import { lockDataDir } from './data-dir-lock.ts';
import {
  prepareDigestChain,
  type RemovedRow,
  afterAll,
  digestAfter,
  isDamagedRow,
  isSame,
  prepareDigestBefore,
  prepareInsert,
  prepareInsertRun,
  prepareNewestBefore,
} from './digest-chain.ts';
import {
  isReplica,
  logFilePath,
  openLogFile,
  openLogFileForReading,
  prepareReplicaState,
  replicaStateSql,
  toLogIdentity,
  type EventRow,
} from './log-file.ts';
import { LogWriter } from './log-writer.ts';
import { toRecordedEvent } from './sqlite-event-reader.ts';
import type { CopiedChange, LogReplica, EventDigests, RemovedEvents } from '../replication.ts';

/**
 * Opens or creates a replica, as durable as the log. Once it has an identity, `SqliteEventReader` reads its folder.
 * @throws LogUnusable - the folder is in use, or has a file that is no replica
 */
export function openSqliteLogReplica(folder: string): LogReplica {
  const unlock = lockDataDir(folder);
  try {
    const db = openLogFile(folder);
    if (!isReplica(db) && db.prepare('SELECT 1 FROM events LIMIT 1').get() !== undefined) {
      db.close();
      throw new LogUnusable(
        `${folder} has a log of its own, not a copy of one. Choose another DATA_DIR, or move this one away.`,
      );
    }
    db.exec(replicaStateSql);
    // What is removed from the log is overwritten here too.
    db.pragma('secure_delete = ON');
    return createLogReplica(db, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Deletes the replica, so that the log can be copied again.
 * @throws LogUnusable - the folder is in use
 */
export function removeSqliteLogReplica(folder: string): void {
  const unlock = lockDataDir(folder);
  const file = logFilePath(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  unlock();
}

/**
 * Whether a folder has a replica; null: it has no log.
 * @throws LogUnusable - its file is no log of ours
 */
export function hasReplica(folder: string): boolean | null {
  if (!existsSync(logFilePath(folder))) return null;
  const db = openLogFileForReading(folder);
  try {
    return isReplica(db);
  } finally {
    db.close();
  }
}

/**
 * Makes a log of its own of a replica, in a new epoch and one transaction. False: it was none, and nothing was done.
 * @throws LogUnusable - the folder is in use, or its replica was never begun
 */
export function makeLogOfReplica(folder: string, atMs: number, begunBy: CommandNote | null = null): boolean {
  const unlock = lockDataDir(folder);
  try {
    const db = openLogFile(folder);
    try {
      if (!isReplica(db)) return false;
      const state = prepareReplicaState(db).get();
      if (state === undefined) throw new LogUnusable(`${folder} has no copy of a log yet.`);
      db.transaction(() => {
        new LogWriter(db).beginEpoch(afterRestore(toLogIdentity(state)), atMs, begunBy);
        db.exec('DROP TABLE copied_log');
      }).immediate();
      return true;
    } finally {
      db.close();
    }
  } finally {
    unlock();
  }
}

function createLogReplica(db: Database.Database, unlock: () => void): LogReplica {
  const statements = prepareStatements(db);
  const chain = prepareDigestChain(db);
  const copiedChain = prepareCopiedChain(db);

  const applyAll = (changes: readonly CopiedChange[]) => {
    const [insert, copy] = [chain.beginInserting(), copiedChain.begin()];
    for (const change of changes) {
      if (change.kind === 'truncated') {
        chain.noteRemoved(statements.allBefore.all(change.streamName, change.beforeRevision));
        statements.removeBefore.run(change.streamName, change.beforeRevision);
      } else if (change.kind === 'removed') {
        const { first, last } = change.removed;
        statements.removeWithin.run(first, last);
        copy.remove(change.removed);
      } else if (change.kind === 'revisionsForgotten') {
        statements.forgetRevisions.run();
      } else if (change.kind === 'revisionsUsed') {
        statements.keepRevision.run(change.streamName, change.nextRevision);
      } else {
        if (change.digests === undefined) insert(change.event);
        else copy.insert(change.event, change.digests);
        if (change.kind === 'epochBegun') statements.setEpoch.run(change.epoch);
      }
    }
  };

  return {
    identity() {
      const row = statements.state.get();
      return row === undefined ? null : toLogIdentity(row);
    },
    checkpoint() {
      const { commit_position: commit = null, prepare_position: prepare = null } = statements.state.get() ?? {};
      return commit === null || prepare === null ? null : { commit, prepare };
    },
    initialize({ logId, epoch }) {
      statements.initialize.run(logId, epoch);
    },
    apply(changes, { commit, prepare }) {
      // Callbacks in the spool need the room; the replica can be copied again.
      const space = measureDiskSpace(path.dirname(db.name));
      if (isNearlyFull(space)) throw new StoreUnavailable(new DiskNearlyFull(space).message);
      try {
        db.transaction(() => {
          applyAll(changes);
          statements.setCheckpoint.run(commit, prepare);
        }).immediate();
      } catch (error) {
        if (error instanceof CopyAltered) throw error;
        const { code, message } = error as { readonly code?: unknown; readonly message: string };
        if (String(code).startsWith('SQLITE_CONSTRAINT')) throw new LogRestored(otherEvents, { cause: error });
        const problem = describeDiskFault(error) ?? `${message}.`;
        throw new StoreUnavailable(`The copy of the log could not be written: ${problem}`, { cause: error });
      }
    },
    newest: (count) => statements.newest.all(count).map(toRecordedEvent),
    newestDigest: () => copiedChain.newestDigest(),
    removedCount: () => statements.removedCount.get() ?? 0,
    close() {
      db.close();
      unlock();
    },
  };
}

const otherEvents =
  'The log there is not the one that was copied: it has other events at the same positions, as after restoring an older copy of it.';

function prepareStatements(db: Database.Database) {
  return {
    state: prepareReplicaState(db),
    initialize: db.prepare<[string, number]>('INSERT INTO copied_log (only_row, log_id, epoch) VALUES (1, ?, ?)'),
    setEpoch: db.prepare<[number]>('UPDATE copied_log SET epoch = max(epoch, ?)'),
    setCheckpoint: db.prepare<[bigint, bigint]>('UPDATE copied_log SET commit_position = ?, prepare_position = ?'),
    allBefore: db
      .prepare<[string, bigint], RemovedRow>(
        'SELECT position, previous_digest, digest FROM events WHERE stream_name = ? AND revision < ? ORDER BY position',
      )
      .safeIntegers(),
    removeBefore: db.prepare<[string, bigint]>('DELETE FROM events WHERE stream_name = ? AND revision < ?'),
    removeWithin: db.prepare<[bigint, bigint]>('DELETE FROM events WHERE position BETWEEN ? AND ?'),
    forgetRevisions: db.prepare('DELETE FROM truncated_streams'),
    keepRevision: db.prepare<[string, bigint]>(
      `INSERT INTO truncated_streams (stream_name, next_revision) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET next_revision = max(next_revision, excluded.next_revision)`,
    ),
    removedCount: db.prepare<[], number>('SELECT sum(last_position - first_position + 1) FROM removed_events').pluck(),
    newest: db.prepare<[number], EventRow>('SELECT * FROM events ORDER BY position DESC LIMIT +?').safeIntegers(),
  };
}

/** Prepares the statements that keep the chain of a copy as that of its log; used inside a transaction. */
function prepareCopiedChain(db: Database.Database) {
  const [insert, insertRun] = [prepareInsert(db), prepareInsertRun(db)];
  const [newest, digestBefore] = [prepareNewestBefore(db), prepareDigestBefore(db)];
  const removeRunsWithin = db.prepare<[bigint, bigint]>(
    'DELETE FROM removed_events WHERE first_position >= ? AND last_position <= ?',
  );
  const raiseEnd = db.prepare<[bigint]>(`UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'events'`);
  const newestDigest = () => digestBefore(afterAll);

  return {
    newestDigest,
    /** For one transaction. */
    begin() {
      const last = newest.get(afterAll);
      let previous = newestDigest();
      let wasDamaged = last !== undefined && isDamagedRow(last);
      return {
        /**
         * Inserts an event with its digests.
         * @throws CopyAltered - they are not right, or do not follow
         */
        insert(event: RecordedEvent, digests: EventDigests): void {
          const { position, streamName, revision, eventId, type, data, metadata, isDamaged = false } = event;
          const recordedAt = BigInt(event.recordedAtMs);
          const fields = [position, streamName, revision, eventId, type, data, metadata, recordedAt] as const;
          const { digest } = digests;
          const isRight =
            isDamaged || (digest === null ? previous === null : digestAfter(digests.previous, fields).equals(digest));
          // As in a check of the log: what a damaged event says of the one before it may be damaged too.
          const follows = isSame(digests.previous, previous) || isDamaged || wasDamaged;
          if (!isRight || !follows) throw new CopyAltered(alteredAt(position));
          insert.run(...fields, digests.previous, digest);
          [previous, wasDamaged] = [digest, isDamaged];
        },
        /**
         * Records that events were removed from the log. Those that are here must have been removed first.
         * @throws CopyAltered - they do not follow
         */
        remove({ first, last: lastRemoved, previousDigest, digest }: RemovedEvents): void {
          if (!isSame(digestBefore(first), previousDigest)) throw new CopyAltered(alteredAt(first));
          removeRunsWithin.run(first, lastRemoved);
          insertRun.run(first, lastRemoved, previousDigest, digest);
          raiseEnd.run(lastRemoved);
          [previous, wasDamaged] = [newestDigest(), false];
        },
      };
    },
  };
}

function alteredAt(position: bigint): string {
  return `Position ${position} is not what its digest says, or does not follow what is before it: it was altered on its way, or where it is stored.`;
}
