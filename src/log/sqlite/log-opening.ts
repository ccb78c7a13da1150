import type Database from 'better-sqlite3';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { afterRestore } from '../log-identity.ts';
import { logFilePath, openLogFile, openLogFileForReading } from './log-file.ts';
import { createLogWriter } from './log-writer.ts';
import { openSqliteEventReader, type SqliteEventReader } from './sqlite-event-reader.ts';
import { chmodSync, statSync } from 'node:fs';

/** The log when it is opened, before an epoch may begin; shows whether newer events are missing. */
export interface LogAtOpening {
  readonly logId: string;
  /** Position of the newest event ever appended. */
  readonly endPosition: bigint;
  /** Null if there is no such event, or it was removed. */
  eventIdAt(position: bigint): string | null;
}

export interface LogOpening {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isRestored: (log: LogAtOpening) => boolean;
}

/**
 * Begins the log if it is new, and an epoch if it was restored. Runs on the calling thread, so that the caller learns if the
 * log can't be used.
 * @throws LogUnusable
 */
export function openBegunLog(dataDir: string, { clock, logger, isRestored }: LogOpening): SqliteEventReader {
  const db = openLogFile(dataDir);
  let reader: SqliteEventReader | null = null;
  try {
    const writer = createLogWriter(db);
    writer.beginLog(clock());
    reader = openSqliteEventReader(dataDir);
    const bornAt = bornAtNs(logFilePath(dataDir));
    const isKnownToCaller = isRestored(logAtOpening(db, reader.logId));
    const saved = savedBirth(db);
    const isCopy = saved !== null && bornAt !== null && saved !== bornAt;
    if (isKnownToCaller || isCopy) {
      const identity = afterRestore(reader);
      reader.close();
      writer.beginEpoch(identity, clock());
      reader = openSqliteEventReader(dataDir);
      if (!isKnownToCaller) logger.warn({ epoch: identity.epoch }, copiedFile);
    }
    // Last: if the process ends first, the next one begins an epoch too.
    if (saved !== bornAt)
      db.prepare('INSERT OR REPLACE INTO log_file (only_row, born_at_ns) VALUES (1, ?)').run(bornAt);
    return reader;
  } catch (error) {
    reader?.close();
    throw error;
  } finally {
    db.close();
  }
}

const copiedFile =
  'the file of the log is a copy, restored or moved: a new epoch has begun, and earlier cursors are refused';

/** When the log's previous file was created. A copy still contains the original's time of creation. */
function savedBirth(db: Database.Database): bigint | null {
  return db.prepare<[], bigint | null>('SELECT born_at_ns FROM log_file').pluck().safeIntegers().get() ?? null;
}

function logAtOpening(db: Database.Database, logId: string): LogAtOpening {
  const end = db.prepare<[], bigint>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).pluck().safeIntegers();
  const eventId = db.prepare<[bigint], string>('SELECT event_id FROM events WHERE position = ?').pluck();
  return {
    logId,
    endPosition: end.get() ?? 0n,
    eventIdAt: (position) => eventId.get(position) ?? null,
  };
}

/** Opens an existing log to be compared with what was built from it, while another process writes it. */
export function openLogToCompare(dataDir: string): LogAtOpening & { close(): void } {
  const reader = openSqliteEventReader(dataDir);
  const { logId } = reader;
  reader.close();
  const db = openLogFileForReading(dataDir);
  return { ...logAtOpening(db, logId), close: () => void db.close() };
}

/** Milliseconds within which every file system's clock advances: Linux advances it every 1 to 10 ms. */
const clockStepMsMax = 20;

/**
 * When a file was created, in nanoseconds since 1970; a copy is always created later. Null if the file system does not report
 * it. Some file systems report the last change instead. To detect that, this changes the file (to the permissions it has),
 * which must not alter its creation time.
 */
function bornAtNs(file: string): bigint | null {
  try {
    for (let waitedMs = 0; waitedMs <= clockStepMsMax; waitedMs += 1) {
      const { birthtimeNs, ctimeNs, mode } = statSync(file, { bigint: true });
      if (birthtimeNs === 0n) return null;
      if (birthtimeNs < ctimeNs) return birthtimeNs;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      chmodSync(file, Number(mode) & 0o7777);
    }
    return null;
  } catch {
    return null;
  }
}
