import type Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { LogUnusable, StoreUnavailable } from '../errors.ts';
import type { RecordedEvent } from '../event-store.ts';
import type { CopiedChange, LogReplica } from '../log-replica.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { logFilePath, openLogFile } from './log-file.ts';
import {
  toLogIdentity,
  isReplica,
  prepareReplicaState,
  replicaStateSql,
  toRecordedEvent,
  type EventRow,
} from './log-schema.ts';

/**
 * Opens the copy in a folder of its own, made where it is missing. It is read by `openSqliteEventReader` on the same folder,
 * once it says whose copy it is. Durable like the log itself.
 * @throws LogUnusable - the folder is in use, or what is there is no log of ours
 */
export function openSqliteLogReplica(folder: string): LogReplica {
  const unlock = lockDataDir(folder);
  try {
    const db = openLogFile(folder);
    if (!isReplica(db) && db.prepare('SELECT 1 FROM events LIMIT 1').get() !== undefined) {
      db.close();
      throw new LogUnusable(`${folder} has a log that is no copy. Choose another DATA_DIR.`);
    }
    db.exec(replicaStateSql);
    return createLogReplica(db, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Forgets the copy, to be copied again from the beginning.
 * @throws LogUnusable - the folder is in use
 */
export function removeSqliteLogReplica(folder: string): void {
  const unlock = lockDataDir(folder);
  const file = logFilePath(folder);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  unlock();
}

function createLogReplica(db: Database.Database, unlock: () => void): LogReplica {
  const statements = prepareStatements(db);
  const insert = ({ position, streamName, revision, eventId, type, data, metadata, recordedAtMs }: RecordedEvent) =>
    statements.insert.run(position, streamName, revision, eventId, type, data, metadata, BigInt(recordedAtMs));

  const keepOne = (followed: CopiedChange) => {
    if (followed.kind === 'truncated') {
      statements.forget.run(followed.streamName, followed.beforeRevision);
      return;
    }
    insert(followed.event);
    if (followed.kind === 'epochBegun') statements.epoch.run(followed.epoch);
  };

  return {
    identity() {
      const row = statements.copied.get();
      return row === undefined ? null : toLogIdentity(row);
    },
    checkpoint() {
      const { commit_position: commit = null, prepare_position: prepare = null } = statements.copied.get() ?? {};
      return commit === null || prepare === null ? null : { commit, prepare };
    },
    initialize({ logId, epoch }) {
      statements.begin.run(logId, epoch);
    },
    apply(followed, { commit, prepare }) {
      try {
        db.transaction(() => {
          followed.forEach(keepOne);
          statements.handled.run(commit, prepare);
        }).immediate();
      } catch (error) {
        const { code, message } = error as { readonly code?: unknown; readonly message: string };
        if (String(code).startsWith('SQLITE_CONSTRAINT')) throw new LogUnusable(copyAtOdds, { cause: error });
        throw new StoreUnavailable(`The copy of the log could not be written: ${message}.`, { cause: error });
      }
    },
    newest: (count) => statements.newest.all(count).map(toRecordedEvent),
    close() {
      db.close();
      unlock();
    },
  };
}

const copyAtOdds =
  'The log in EventStoreDB is not the one that was copied: it has other events at the same places, as after restoring an older copy of it.';

function prepareStatements(db: Database.Database) {
  return {
    copied: prepareReplicaState(db),
    begin: db.prepare<[string, number]>('INSERT INTO copied_log (only_row, log_id, epoch) VALUES (1, ?, ?)'),
    epoch: db.prepare<[number]>('UPDATE copied_log SET epoch = max(epoch, ?)'),
    handled: db.prepare<[bigint, bigint]>('UPDATE copied_log SET commit_position = ?, prepare_position = ?'),
    insert: db.prepare<[bigint, string, bigint, string, string, Uint8Array, Uint8Array, bigint]>(
      `INSERT INTO events (position, stream_name, revision, event_id, type, data, metadata, recorded_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    forget: db.prepare<[string, bigint]>('DELETE FROM events WHERE stream_name = ? AND revision < ?'),
    newest: db.prepare<[number], EventRow>('SELECT * FROM events ORDER BY position DESC LIMIT ?').safeIntegers(),
  };
}
