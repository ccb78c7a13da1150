import Database from 'better-sqlite3';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describeDiskFault, fsyncPath } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { auditTables } from '../../audit/audit-list.ts';
import { callbackTables } from '../../callbacks/callback-table.ts';
import { typedListTables } from '../../callbacks/types/typed-list-table.ts';
import { incidentTables } from '../../incidents/incident-list.ts';
import { operatorFactTables } from '../../facts/operator-fact-table.ts';
import { quarantineTables } from '../../quarantine/quarantine-table.ts';
import { relayTables } from '../../relay/tables/relay-task-list.ts';
import { refusedPushTables } from '../../sessions/refused/refused-push-list.ts';
import { sessionTables } from '../../sessions/stream-session-list.ts';
import { unsettledPushTables } from '../../sessions/refused/unsettled-push-table.ts';
import type { ReadModelPart } from './statements.ts';

/** The projection's name in GraphQL. */
export const readModelName = 'ledger';

/** How far the log is projected, and what could not be. */
const progressTables: ReadModelPart = {
  version: 1,
  tablesSql: `
  CREATE TABLE progress (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    log_id      TEXT NOT NULL,
    position    INTEGER,
    event_id    TEXT,
    recorded_at INTEGER
  ) STRICT;

  CREATE TABLE poisoned (
    position    INTEGER PRIMARY KEY,
    stream_name TEXT NOT NULL,
    reason      TEXT NOT NULL
  ) STRICT;
`,
  readerIndexesSql: [],
};

const parts: readonly ReadModelPart[] = [
  progressTables,
  quarantineTables,
  operatorFactTables,
  auditTables,
  callbackTables,
  sessionTables,
  unsettledPushTables,
  refusedPushTables,
  relayTables,
  ...typedListTables,
  incidentTables,
];

/** The versions that the parts had before each had one of its own. If a part is removed, its version is added here. */
export const earlierVersions = 7;

/** Each version builds its own file. It is the sum of all, so that it grows with each of them. */
export const readModelVersion = parts.reduce((sum, { version }) => sum + version, earlierVersions);

/** The statements for the readers' indexes. */
export const readerIndexesSql: readonly string[] = parts.flatMap((part) => part.readerIndexesSql);

/**
 * The oldest version whose files may answer while this version's are built, if they have the same tables, which is
 * compared. Set it to `readModelVersion` with every change of a column's meaning; a change of results alone leaves it.
 */
export const readableVersionLeast = 6;

/** Milliseconds that the projection waits for another program that writes to the file: only its own thread waits. */
const writerWaitMsMax = 3_000;

/** Milliseconds that a reader waits: its thread also receives callbacks. In WAL mode it rarely has to wait. */
const readerWaitMsMax = 100;

/** KiB of pages that the writer may cache: its look-ups are all over the tables and indexes. */
const writerCacheKiB = 256 * 1024;

/** This version's file of the read model. Each one after the first is built beside the serving one. */
export function readModelFileName(dataDir: string, build = 1): string {
  return path.join(dataDir, `read-model-v${readModelVersion}${build === 1 ? '' : `-${build}`}.sqlite`);
}

/**
 * Opens the file for the projector. If it is missing, makes it for this log, unless `logId` is null. A new file counts as
 * unfinished until `markComplete`.
 * @throws ReadModelUnusable - the file is damaged, of another version, or no read model
 */
export function openReadModelForWriting(file: string, logId: string | null): Database.Database {
  const db = new Database(file, { timeout: writerWaitMsMax, fileMustExist: logId === null });
  try {
    db.pragma('journal_mode = WAL');
    // Not FULL: a power failure loses rows and checkpoint together, and both are projected again from the log.
    db.pragma('synchronous = NORMAL');
    // Negative: KiB, not pages.
    db.pragma(`cache_size = -${writerCacheKiB}`);
    if (logId !== null && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) {
      db.transaction(() => {
        makeTables(db, logId);
        for (const sql of readerIndexesSql) db.exec(sql);
      })();
    }
    if (versionOf(db).version !== readModelVersion) throw new Error('it is of another version');
    return db;
  } catch (error) {
    db.close();
    const fault = describeDiskFault(error);
    if (fault !== null) throw new OperatorError(`${file} cannot be opened. ${fault}`, { cause: error });
    throw new ReadModelUnusable(
      `${file} can not be opened as a read model: ${(error as Error).message}. Nothing is lost, the log has everything.`,
      { cause: error },
    );
  }
}

/** An empty read model without a file: its content is lost once it is closed. */
export function openReadModelInMemory(logId: string): Database.Database {
  return openReadModelForWriting(':memory:', logId);
}

/** The tables of a new file, without the indexes that only readers need. */
export function makeTables(db: Database.Database, logId: string): void {
  for (const { tablesSql } of parts) db.exec(tablesSql);
  // Negative during the build, so that the file shows it in any state left by a crash.
  db.pragma(`user_version = ${-readModelVersion}`);
  db.prepare('INSERT INTO progress (one, log_id) VALUES (1, ?)').run(logId);
}

/** Marks a file that has everything that was in the log when it was built: from now on it may answer. */
export function markComplete(db: Database.Database): void {
  db.pragma(`user_version = ${readModelVersion}`);
}

/** The version of a file, and whether it was built to the end of the log. */
export function versionOf(db: Database.Database): { readonly version: number; readonly isComplete: boolean } {
  const marked = db.pragma('user_version', { simple: true }) as number;
  return { version: Math.abs(marked), isComplete: marked > 0 };
}

/**
 * Bytes of the file that a reader maps into its address space, as many as SQLite can; this takes no memory. A list that
 * examines rows all over the file reads a page for each, and a system call for each costs several times the rest. A page
 * cache does not help: every projected batch invalidates it.
 */
const mappedBytesMax = 2 ** 31;

/** Opens an existing file for readers. */
export function openReadModelForReading(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: readerWaitMsMax });
  db.pragma(`mmap_size = ${mappedBytesMax}`);
  return db;
}

/** Removes the file and SQLite's files beside it. */
export function removeReadModel(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** For a rebuild: no readers' indexes; not durable until `replaceReadModel`. Failed batches are still rolled back. */
export function openReadModelForFilling(file: string, logId: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma('locking_mode = EXCLUSIVE');
    // Negative: KiB, not pages.
    db.pragma(`cache_size = -${writerCacheKiB}`);
    db.transaction(() => makeTables(db, logId))();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Completes a file that was filled. It is in WAL mode from then on: whoever changes that later locks readers out meanwhile, and they
 * wait only `readerWaitMsMax`.
 */
export function endFilling(db: Database.Database): void {
  markComplete(db);
  db.pragma('locking_mode = NORMAL');
  db.pragma('journal_mode = WAL');
}

/** Progress of making the readers' indexes. */
interface IndexProgress {
  readonly indexes: number;
  readonly indexesTotal: number;
}

/** Makes the readers' indexes over the finished tables, and yields after each one. */
export function* makeReaderIndexes(db: Database.Database): Generator<IndexProgress> {
  for (const [index, sql] of readerIndexesSql.entries()) {
    db.exec(sql);
    yield { indexes: index + 1, indexesTotal: readerIndexesSql.length };
  }
}

/**
 * Replaces a read model, which nobody may have open, by a complete file that its writer has closed. If a kill or power
 * failure interrupts it, the name has one of the two files, whole, or none.
 */
export function replaceReadModel(file: string, complete: string): void {
  const folder = path.dirname(file);
  fsyncPath(complete);
  // Removes the old write-ahead log before the new file gets the name, or SQLite would apply it to that.
  if (!checkpointWriteAheadLog(file)) rmSync(file, { force: true });
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  fsyncPath(folder);
  renameSync(complete, file);
  fsyncPath(folder);
}

/** Moves the write-ahead log into the file. False if there is no such file, or it is damaged and useless. */
function checkpointWriteAheadLog(file: string): boolean {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/** The file of a read model is damaged, and nothing in it can be trusted. It is rebuilt from the log. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
}

/**
 * The read models can't be opened, or do not belong to this log. They are disposable: the message says how to rebuild
 * them.
 */
export class ReadModelUnusable extends OperatorError {
  override readonly name = 'ReadModelUnusable';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} Stop the service and run: npx live-ledger rebuild`, options);
  }
}

/**
 * SQLite's errors for a damaged file. A full disk, a lock or a missing permission is not among them: rebuilding the file
 * would not help.
 */
const damages = /^SQLITE_(CORRUPT|NOTADB|IOERR_READ|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;

/** Whether an error says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof ReadModelDamaged || damages.test(String((error as { code?: unknown }).code));
}

/** Whether another connection or program has locked the file for longer than may be waited. */
export function isLocked(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code));
}

/** Runs work on a read model. @throws ReadModelDamaged - instead of what SQLite says of a damaged file */
export function namingDamage<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error) || error instanceof ReadModelDamaged) throw error;
    throw new ReadModelDamaged((error as Error).message, { cause: error });
  }
}
