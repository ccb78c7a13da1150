import { statSync } from 'node:fs';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { prepareAuditWriter } from '../../audit/audit-list.ts';
import { prepareCallbackTable } from '../../callbacks/callback-table.ts';
import type { CallbackBelonging, NewCallback } from '../../callbacks/callback-fields.ts';
import { prepareTypedInsert } from '../../callbacks/types/typed-list-table.ts';
import { prepareOperatorFactWriter } from '../../facts/operator-fact-table.ts';
import { IncidentProjection } from '../../incidents/incident-projection.ts';
import { prepareIncidentTable } from '../../incidents/incident-list.ts';
import type { RecordedEvent } from '../../log/event-store.ts';
import { prepareQuarantineWriter } from '../../quarantine/quarantine-table.ts';
import type { RelayTaskWriter } from '../../relay/relay-task-rows.ts';
import { createRelayTaskCache } from '../../relay/tables/task-table.ts';
import { prepareRefusedPushes } from '../../sessions/refused/refused-push-list.ts';
import { createSessionCache } from '../../sessions/session-cache-table.ts';
import { prepareUnsettledPushes } from '../../sessions/refused/unsettled-push-table.ts';
import { changesAt } from '../arrived-callback.ts';
import { namingDamage } from './read-model-file.ts';
import type { PoisonedEvent } from '../progress.ts';
import { DiskNearlyFull, isNearlyFull, measureDiskSpace } from '../../kernel/disk.ts';

/** The projector's access to the read models, by subject. Every call is synchronous and runs inside `transaction`. */
export type ReadModelWriter = ReturnType<typeof createReadModelWriter>;

/**
 * Writes the read models for the projector; nothing else may use `db`. Sessions and relay tasks are cached within a transaction and written
 * once, at its end; reads inside it always see them. Callbacks are written immediately. Nothing stays cached between transactions, so
 * another writer or a rollback can never make the cache differ from the file. Calls throw ReadModelDamaged if the file is damaged.
 */
export function createReadModelWriter(db: Database.Database) {
  const [wal, callbacks, progress] = [boundWriteAheadLog(db), prepareCallbackTable(db), prepareProgress(db)];
  const incidents = new IncidentProjection(prepareIncidentTable(db));
  const sessions = createSessionCache(db, incidents);
  /** Created for the first relay callback: it has most of the statements, and not every account relays. */
  let relayTasks: ReturnType<typeof createRelayTaskCache> | null = null;
  const relay = () => (relayTasks ??= createRelayTaskCache(db, incidents));
  /** Most batches have no relay callback, so they have no relay tasks to write or to forget. */
  let usesRelay = false;

  function flush(): void {
    sessions.flush();
    if (usesRelay) relay().flush();
    // They follow from sessions and runs.
    incidents.flush();
  }

  function forget(): void {
    sessions.forget();
    if (usesRelay) relay().forget();
    usesRelay = false;
    incidents.forget();
  }

  /** All or nothing: if the work throws, neither the file nor memory keeps any of it. Transactions do not nest. */
  function transaction<Result>(work: () => Result): Result {
    if (db.inTransaction) throw new Error('A transaction of the read models does not nest.');
    forget();
    try {
      const whole = db.transaction(() => {
        const result = work();
        flush();
        return result;
      });
      return namingDamage(() => whole.immediate());
    } finally {
      forget();
      wal.bound();
    }
  }

  return {
    callbacks: {
      ...callbacks,
      insert(callback: NewCallback, belonging: CallbackBelonging): void {
        callbacks.insert(callback, belonging);
        if (belonging.relay !== null) relay().callbackInserted(callback, belonging);
      },
    },
    insertTyped: prepareTypedInsert(db),
    sessions,
    unsettledPushes: prepareUnsettledPushes(db),
    refusedPushes: prepareRefusedPushes(db, incidents),
    incidents,
    /** Fetch it again in each transaction; do not keep it. */
    get relay(): RelayTaskWriter {
      usesRelay = true;
      return relay().writer;
    },
    quarantine: prepareQuarantineWriter(db),
    operatorFacts: prepareOperatorFactWriter(db),
    audit: prepareAuditWriter(db),

    ...progress,
    /**
     * How many events the next transaction may project: fewer if the disk is small or nearly full.
     * @throws DiskNearlyFull - none: the remaining space is kept for the log
     */
    roomForEvents: () => namingDamage(() => wal.roomForEvents()),
    transaction,
    /** Whether incidents have to be decided on. */
    isUndecided: () => namingDamage(() => incidents.isUndecided()),
    /** Decides on incidents in a transaction of its own: if it fails, no callback is the worse for it. */
    decideIncidents: () => transaction(() => incidents.decide(changesAt(progress.checkpoint() ?? 0n))),
  };
}

/** How far the rows are. */
function prepareProgress(db: Database.Database) {
  const logId = db.prepare<[], string>('SELECT log_id FROM progress').pluck();
  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const saveCheckpoint = db.prepare<[bigint, string, number]>(
    'UPDATE progress SET position = ?, event_id = ?, recorded_at = ?',
  );
  const savePoisoned = db.prepare<[bigint, string, string]>(
    'INSERT OR REPLACE INTO poisoned (position, stream_name, reason) VALUES (?, ?, ?)',
  );
  return {
    /** The log these rows were built from, and the position they are built to (null: nothing projected yet). */
    logId: logId.get() ?? '',
    checkpoint: () => namingDamage(() => checkpoint.get() ?? null),
    /** Saves the last projected event. Its id later shows whether the log still has it. */
    saveCheckpoint({ position, eventId, recordedAtMs }: Pick<RecordedEvent, 'position' | 'eventId' | 'recordedAtMs'>) {
      saveCheckpoint.run(position, eventId, recordedAtMs);
    },
    savePoisoned: ({ position, streamName, reason }: PoisonedEvent) =>
      void savePoisoned.run(position, streamName, reason),
  };
}

/** Bytes of the write-ahead log to move into the file; a page that changes often moves once. */
const walBytesMost = 64 * 1024 * 1024;

/** Share of the disk's reserve that the write-ahead log may use, if that is less. */
const reserveShare = 0.5;

/** Bytes of a page, SQLite's default. */
const pageBytes = 4_096;

/** Milliseconds to the next attempt after readers prevented emptying the write-ahead log. */
const emptyAgainAfterMs = 1_000;

/** Milliseconds that emptying a log that has grown too large waits for readers: more than any may read one state, statistics too. */
export const readersWaitMsMax = 61_000;

/** Most bytes that projecting one event may need in the write-ahead log and the file together; it needs about a third. */
const eventBytesMax = 16 * 1024;

/**
 * Keeps the write-ahead log of a file's only writing connection from growing, and from filling the disk. SQLite restarts at its
 * beginning once all its pages are in the file, but never shortens it. While a reader is on an older state, the log only grows;
 * it is emptied as soon as that reader has finished.
 */
export function boundWriteAheadLog(
  db: Database.Database,
  bytesMax = bytesMaxOn(path.dirname(db.name)),
  readersWaitMs = readersWaitMsMax,
) {
  const folder = path.dirname(db.name);
  const walFile = `${db.name}-wal`;
  db.pragma(`wal_autocheckpoint = ${Math.floor(bytesMax / pageBytes)}`);
  db.pragma(`journal_size_limit = ${bytesMax}`);
  let notBeforeMs = 0;
  return {
    /** How many events may be projected in the next transaction. @throws DiskNearlyFull - none */
    roomForEvents(): number {
      const space = measureDiskSpace(folder);
      if (isNearlyFull(space)) throw new DiskNearlyFull(space);
      return Math.max(1, Math.floor((space.freeBytes - space.reserveBytes) / eventBytesMax));
    },
    /** Call it after each transaction: empties a log that is too large. Never throws: the transaction is committed. */
    bound(): void {
      const bytes = sizeOf(walFile);
      if (bytes <= 2 * bytesMax || performance.now() < notBeforeMs) return;
      // Waiting delays the projection, but is the only way if there is always a reader.
      if (!emptied(db, bytes > 4 * bytesMax ? readersWaitMs : 0)) notBeforeMs = performance.now() + emptyAgainAfterMs;
    },
  };
}

/** False if a reader is on an older state, or the disk is full or broken, which the next transaction will notice itself. */
function emptied(db: Database.Database, readersWaitMs: number): boolean {
  const waitMs = db.pragma('busy_timeout', { simple: true }) as number;
  try {
    db.pragma(`busy_timeout = ${readersWaitMs}`);
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
    return result.busy === 0;
  } catch {
    return false;
  } finally {
    db.pragma(`busy_timeout = ${waitMs}`);
  }
}

function bytesMaxOn(folder: string): number {
  const { reserveBytes } = measureDiskSpace(folder);
  return reserveBytes === 0 ? walBytesMost : Math.floor(Math.min(walBytesMost, reserveBytes * reserveShare));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
