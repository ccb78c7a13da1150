import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FailedForward } from './target.ts';
import { describeDiskFault } from '../kernel/disk.ts';
import { OperatorError } from '../kernel/errors.ts';
import type { AsRead } from '../projecting/file/statements.ts';
import type { Delivery } from './delivery-queue.ts';
import type { ForwardingState, LogOfPositions, SavedTarget, TargetChanges } from './target-progress.ts';

const schemaVersion = 1;

/** Callbacks of a target that stay listed after they were set aside: a day of failures at one in ten seconds. */
const setAsideKeptMax = 10_000;

const tablesSql = `
  CREATE TABLE log (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), log_id TEXT NOT NULL, epoch INTEGER NOT NULL) STRICT;
  CREATE TABLE target (
    name TEXT PRIMARY KEY, read_to INTEGER NOT NULL, is_paused INTEGER NOT NULL, set_aside_total INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pending (
    target TEXT NOT NULL, position INTEGER NOT NULL, stream_name TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, first_failed_at INTEGER, last_failed_at INTEGER, fault TEXT,
    PRIMARY KEY (target, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, position INTEGER NOT NULL, attempts INTEGER NOT NULL,
    first_failed_at INTEGER NOT NULL, last_failed_at INTEGER NOT NULL, fault TEXT NOT NULL
  ) STRICT;
  CREATE INDEX set_aside_of_target ON set_aside (target, id);
`;

/** The file, and what to do if its log has changed. */
export interface ForwardingFileOptions {
  readonly fileName: 'forwarding.sqlite' | 'alerts.sqlite';
  /** The log is another one, or was restored: some positions are not those that were saved. */
  readonly onLogChanged: () => void;
}

/**
 * Opens the progress of the targets in a data directory that this process has locked, for this log.
 * @throws OperatorError - the file can't be used; the message says what to do
 */
export function openForwardingFile(
  dataDir: string,
  log: LogOfPositions,
  { fileName, onLogChanged }: ForwardingFileOptions,
): ForwardingState {
  const file = path.join(dataDir, fileName);
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    const version = db.pragma('user_version', { simple: true });
    if (version === 0) {
      db.transaction(() => {
        db.exec(tablesSql);
        db.pragma(`user_version = ${schemaVersion}`);
      })();
    } else if (version !== schemaVersion) throw new Error('it is of another version');
    if (adoptLog(db, log)) onLogChanged();
    return createState(db, log.endPosition);
  } catch (error) {
    db.close();
    const fault = describeDiskFault(error) ?? `${(error as Error).message}.`;
    throw new OperatorError(
      `${file} cannot be opened: ${fault} Without it, each target begins with what is recorded from then on.`,
      { cause: error },
    );
  }
}

/** What a target has yet to get: every position after `readTo`, and those that wait for another attempt. */
interface Unsent {
  readonly target: string;
  readonly readTo: number;
  readonly pending: ReadonlySet<number>;
}

/** All targets that a data directory knows, also those that are no longer set. While a service runs, the state of a moment ago. */
export function readUnsent(dataDir: string): readonly Unsent[] {
  const file = path.join(dataDir, 'forwarding.sqlite');
  if (!existsSync(file)) return [];
  const db = new Database(file, { readonly: true });
  try {
    const targets = db.prepare<[], { target: string; readTo: number }>(
      'SELECT name AS target, read_to AS readTo FROM target ORDER BY name',
    );
    const pending = db.prepare<[string], number>('SELECT position FROM pending WHERE target = ?').pluck();
    return targets.all().map((known) => ({ ...known, pending: new Set(pending.all(known.target)) }));
  } finally {
    db.close();
  }
}

/**
 * Forgets targets and what they have yet to get, and clears the free space of the file: rows of what was sent long ago
 * name streams too. No service may be using the file.
 */
export function forgetTargets(dataDir: string, targets: readonly string[]): void {
  const file = path.join(dataDir, 'forwarding.sqlite');
  if (!existsSync(file)) return;
  const db = new Database(file);
  try {
    db.transaction(() => {
      for (const target of targets) {
        db.prepare('DELETE FROM target WHERE name = ?').run(target);
        db.prepare('DELETE FROM pending WHERE target = ?').run(target);
        db.prepare('DELETE FROM set_aside WHERE target = ?').run(target);
      }
    })();
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** True if saved positions may mean other events now: those beyond the end of this log are forgotten. */
function adoptLog(db: Database.Database, { logId, epoch, endPosition }: LogOfPositions): boolean {
  const before = db.prepare<[], { log_id: string; epoch: number }>('SELECT log_id, epoch FROM log').get();
  if (before?.log_id === logId && before.epoch === epoch) return false;
  db.transaction(() => {
    db.prepare('INSERT OR REPLACE INTO log (only_row, log_id, epoch) VALUES (1, ?, ?)').run(logId, epoch);
    if (before === undefined) return;
    const end = before.log_id === logId ? endPosition : -1n;
    db.prepare('DELETE FROM pending WHERE position > ?').run(end);
    db.prepare('DELETE FROM set_aside WHERE position > ?').run(end);
    if (before.log_id === logId) db.prepare('UPDATE target SET read_to = min(read_to, ?)').run(endPosition);
    else db.prepare('UPDATE target SET read_to = ?').run(endPosition);
  })();
  return before !== undefined;
}

type FailedColumns = AsRead<FailedForward>;
type PendingColumns = FailedColumns & Pick<Delivery, 'streamName' | 'recordedAtMs'>;

function createState(db: Database.Database, endPosition: bigint): ForwardingState {
  const statements = prepareStatements(db);
  const save = db.transaction((name: string, changes: TargetChanges) => {
    const { readTo, isPaused, setAsideTotal, pending, done, setAside } = changes;
    statements.saveTarget.run(name, readTo, isPaused ? 1 : 0, setAsideTotal);
    for (const position of done) statements.deletePending.run(name, position);
    for (const { position, streamName, recordedAtMs, failed } of pending) {
      const { attempts = 0, firstFailedAtMs = null, lastFailedAtMs = null, fault = null } = failed ?? {};
      const attempted = [attempts, firstFailedAtMs, lastFailedAtMs, fault];
      statements.savePending.run(name, position, streamName, recordedAtMs, ...attempted);
    }
    for (const { position, attempts, firstFailedAtMs, lastFailedAtMs, fault } of setAside) {
      statements.saveSetAside.run(name, position, attempts, firstFailedAtMs, lastFailedAtMs, fault);
    }
    if (setAside.length > 0) statements.trimSetAside.run({ name, max: setAsideKeptMax });
  });
  return {
    open(name): SavedTarget {
      const known = statements.target.get(name);
      if (known === undefined) {
        const target = { readTo: endPosition, isPaused: false, setAsideTotal: 0, pending: [] };
        this.save(name, { ...target, done: [], setAside: [] }, true);
        return target;
      }
      return {
        readTo: BigInt(known.readTo),
        isPaused: known.isPaused === 1,
        setAsideTotal: known.setAsideTotal,
        pending: statements.pendingOf.all(name).map(toDelivery),
      };
    },
    save(name, changes, isDurable) {
      if (isDurable) db.pragma('synchronous = FULL');
      try {
        save(name, changes);
      } finally {
        if (isDurable) db.pragma('synchronous = NORMAL');
      }
    },
    setAside: (name, max) => statements.setAsideOf.all(name, max).map(toFailed),
    close: () => db.close(),
  };
}

const toFailed = (columns: FailedColumns): FailedForward => ({ ...columns, position: BigInt(columns.position) });

function toDelivery({ streamName, recordedAtMs, ...failed }: PendingColumns): Delivery {
  return {
    position: BigInt(failed.position),
    streamName,
    recordedAtMs,
    failed: failed.attempts === 0 ? null : toFailed(failed),
    // Due at once after a restart, which the target may have been waiting for.
    dueAtMs: 0,
  };
}

const failedColumns = 'position, attempts, first_failed_at AS firstFailedAtMs, last_failed_at AS lastFailedAtMs, fault';

function prepareStatements(db: Database.Database) {
  return {
    target: db.prepare<[string], { readTo: number; isPaused: number; setAsideTotal: number }>(
      'SELECT read_to AS readTo, is_paused AS isPaused, set_aside_total AS setAsideTotal FROM target WHERE name = ?',
    ),
    pendingOf: db.prepare<[string], PendingColumns>(
      `SELECT ${failedColumns}, stream_name AS streamName, recorded_at AS recordedAtMs FROM pending
       WHERE target = ? ORDER BY position`,
    ),
    setAsideOf: db.prepare<[string, number], FailedColumns>(
      `SELECT ${failedColumns} FROM set_aside WHERE target = ? ORDER BY id DESC LIMIT +?`,
    ),
    saveTarget: db.prepare(
      'INSERT OR REPLACE INTO target (name, read_to, is_paused, set_aside_total) VALUES (?, ?, ?, ?)',
    ),
    savePending: db.prepare('INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    deletePending: db.prepare('DELETE FROM pending WHERE target = ? AND position = ?'),
    saveSetAside: db.prepare(
      'INSERT INTO set_aside (target, position, attempts, first_failed_at, last_failed_at, fault) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    trimSetAside: db.prepare(
      `DELETE FROM set_aside WHERE target = @name
       AND id <= (SELECT id FROM set_aside WHERE target = @name ORDER BY id DESC LIMIT 1 OFFSET @max)`,
    ),
  };
}
