import { randomUUID } from 'node:crypto';
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { LogUnusable } from '../event-store.ts';
import { partsOfRetention, retentionStreamName, writeRetention, type RetentionRecord } from '../ledger-events.ts';
import { prepareDigestChain, type RemovedRow } from './digest-chain.ts';
import { openLogFileForReading, openOwnLogFile, type EventRow } from './log-file.ts';
import { LogWriter } from './log-writer.ts';

/** Opens the log to remove single events, at any position in their streams; the caller has locked its folder. */
export function openEventRemoval(folder: string) {
  const db = openOwnLogFile(folder);
  // Overwrites freed pages even if the process ends before the file is rewritten.
  db.pragma('secure_delete = ON');
  const writer = new LogWriter(db);
  const chain = prepareDigestChain(db);
  const find = db
    .prepare<[number], RemovedRow & Pick<EventRow, 'stream_name' | 'revision'>>(
      'SELECT position, previous_digest, digest, stream_name, revision FROM events WHERE position = ?',
    )
    .safeIntegers();
  const remove = db.prepare<[bigint]>('DELETE FROM events WHERE position = ?');
  // A stream continues at the revision after its newest event, even if that is removed. If none is left, even the stream's
  // name goes: it identifies an account and what was pushed.
  const keepRevision = db.prepare<[string, bigint]>(
    `INSERT INTO truncated_streams (stream_name, next_revision) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET next_revision = max(next_revision, excluded.next_revision)`,
  );
  const forgetStream = db.prepare<{ name: string }>(
    `DELETE FROM truncated_streams WHERE stream_name = @name
     AND NOT EXISTS (SELECT 1 FROM events WHERE stream_name = @name)`,
  );
  return {
    /**
     * Removes events and appends their record, split into several events if it is long, durably and in one transaction.
     * @throws StoreUnavailable, or an error of SQLite - nothing was removed
     */
    remove(record: RetentionRecord): void {
      db.transaction(() => {
        const events = partsOfRetention(record).map((part) => ({ eventId: randomUUID(), ...writeRetention(part) }));
        writer.commit([{ streamName: retentionStreamName, events, expected: 'any' }], record.atMs);
        const rows = record.positions.flatMap((position) => find.get(position) ?? []);
        for (const { position, stream_name, revision } of rows) {
          remove.run(position);
          keepRevision.run(stream_name, revision + 1n);
        }
        for (const name of new Set(rows.map(({ stream_name }) => stream_name))) forgetStream.run({ name });
        chain.noteRemoved(rows);
      }).immediate();
    },
    /**
     * Rewrites the file, so that neither it nor the write-ahead log contains removed data or free pages.
     * @throws LogUnusable - another program reads the log; it can be repeated
     */
    compact(): void {
      db.exec('VACUUM');
      const [emptied] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
      if (emptied.busy !== 0) throw new LogUnusable(beingRead);
    },
    close: () => void db.close(),
  };
}

const beingRead =
  'The events are removed, but another program reads the log, so that copies of them may be left in its files. End that program, and run the command again.';

/** Rows per read transaction: a longer one would keep the writer's write-ahead log from being emptied. */
const pageEvents = 10_000;

/** An event without its content. */
interface EventSize {
  readonly position: number;
  readonly eventId: string;
  /** Of data and metadata. */
  readonly bytes: number;
}

/** Every event of a log, in order. A service may be writing it. */
export function* readEventSizes(folder: string): Generator<EventSize> {
  const db = openLogFileForReading(folder);
  try {
    const page = db.prepare<[number, number], EventSize>(
      `SELECT position, event_id AS eventId, length(data) + length(metadata) AS bytes
       FROM events WHERE position > ? ORDER BY position LIMIT +?`,
    );
    let events: EventSize[] = [];
    do {
      events = page.all(events.at(-1)?.position ?? 0, pageEvents);
      yield* events;
    } while (events.length === pageEvents);
  } finally {
    db.close();
  }
}

/**
 * Where SQLite puts temporary files: the first of these folders that this user may write to.
 * @param environment - variables of the process, as it was started
 */
export function temporaryFolderOfSqlite(environment = process.env): string {
  const { SQLITE_TMPDIR, TMPDIR } = environment;
  return [SQLITE_TMPDIR, TMPDIR, '/var/tmp', '/usr/tmp', '/tmp'].find(isWritableFolder) ?? '.';
}

function isWritableFolder(folder: string | undefined): folder is string {
  try {
    if (folder === undefined || !statSync(folder).isDirectory()) return false;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Bytes by which two readings of one disk may differ, because others write in between. */
const writtenMeanwhileBytesMost = 64 * 1024 * 1024;

/** A folder's disk, as the operating system reports it. */
interface DiskIdentity {
  /** Device number. Two mounts of one disk may have different ones. */
  readonly dev: number;
  readonly blocks: number;
  readonly bfree: number;
  /** Bytes per block. */
  readonly bsize: number;
}

/** Whether two folders are, or may be, on one disk: a container's files and its volume are two devices on one disk. */
export function mayBeOneDisk(one: DiskIdentity, other: DiskIdentity): boolean {
  if (one.dev === other.dev) return true;
  if (one.blocks !== other.blocks || one.bsize !== other.bsize) return false;
  return Math.abs(one.bfree - other.bfree) * one.bsize <= writtenMeanwhileBytesMost;
}

function identify(folder: string): DiskIdentity {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return { dev: statSync(folder).dev, blocks, bfree, bsize };
}

/** Bytes of a log without its free pages, which removals leave behind until the file is rewritten. */
function bytesWithoutFreePages(folder: string): number {
  const db = openLogFileForReading(folder);
  try {
    const [pages, freePages, pageBytes] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(db.pragma(name, { simple: true })),
    ) as [number, number, number];
    return (pages - freePages) * pageBytes;
  } finally {
    db.close();
  }
}

/** What will be removed before the log is rewritten. */
interface RemovalAhead {
  readonly bytes: number;
  /** Whether an earlier run has already removed some. */
  readonly isUnfinished: boolean;
}

/**
 * Throws if there is no room to rewrite the log after these bytes are removed: SQLite writes the rest to a temporary file,
 * and then to the write-ahead log, before it frees any space.
 * @throws OperatorError - nothing was removed by this run
 */
export function assertRoomToCompact(folder: string, { bytes: bytesRemoved, isUnfinished }: RemovalAhead): void {
  const temporary = temporaryFolderOfSqlite();
  const bytes = Math.max(0, bytesWithoutFreePages(folder) - bytesRemoved);
  const isOneDisk = mayBeOneDisk(identify(folder), identify(temporary));
  const ofLog = { at: 'DATA_DIR', needed: isOneDisk ? 2 * bytes : bytes, ...measureDiskSpace(folder) };
  const ofTemporary = { at: temporary, needed: bytes, ...measureDiskSpace(temporary), reserveBytes: 0 };
  const short = [ofLog, ...(isOneDisk ? [] : [ofTemporary])].find(
    ({ needed, freeBytes, reserveBytes }) => needed + reserveBytes > freeBytes,
  );
  if (short === undefined) return;
  const { at, needed, freeBytes, reserveBytes } = short;
  const kept = reserveBytes === 0 ? '' : `, and ${reserveBytes} of them are kept for callbacks`;
  const both = isOneDisk
    ? ', in DATA_DIR and for a temporary file of SQLite, which SQLITE_TMPDIR puts on another disk'
    : '';
  const removed = isUnfinished ? 'Nothing more was removed than by an earlier run' : 'Nothing was removed';
  throw new OperatorError(
    `${removed}: the disk of ${at} has not enough room to write the log anew. ${needed} bytes are needed${both}; ${freeBytes} are free${kept}.`,
  );
}
