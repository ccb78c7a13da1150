import Database from 'better-sqlite3';
import { readModelVersion, versionOf } from './read-model-file.ts';
import { readModelsIn } from './read-models-on-disk.ts';

/** The events from which a read model was built. */
export interface ReadModelOrigin {
  readonly logId: string;
  /** The last projected event. */
  readonly last: EventName;
  /** The newest event up to a position that must still be in the log: removing callbacks removes the read model too. */
  newestCallback(upTo: bigint): EventName | null;
  callbacksAfter(position: bigint): CallbacksAfter;
  close(): void;
}

export interface EventName {
  readonly position: bigint;
  readonly eventId: string;
}

export interface CallbacksAfter {
  readonly callbacks: number;
  /** When the log recorded the first and last of them; null if there are none. */
  readonly firstRecordedAtMs: number | null;
  readonly lastRecordedAtMs: number | null;
}

/** The read model in a folder whose last projected event is the newest. Null if none has rows. The caller closes it. */
export function openNewestOrigin(folder: string): ReadModelOrigin | null {
  const origins = readModelsIn(folder).flatMap(({ file }) => openReadModelOrigin(file) ?? []);
  origins.sort((one, other) => Number(other.last.position - one.last.position));
  const [newest, ...others] = origins;
  for (const other of others) other.close();
  return newest ?? null;
}

/** Null if it has no rows, or can't be read. */
function openReadModelOrigin(file: string): ReadModelOrigin | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const origin = originIn(db);
    if (origin === null) db.close();
    return origin;
  } catch {
    db?.close();
    return null;
  }
}

function originIn(db: Database.Database): ReadModelOrigin | null {
  if (versionOf(db).version !== readModelVersion) return null;
  const row = db
    .prepare<[], { log_id: string; position: bigint | null; event_id: string | null }>('SELECT * FROM progress')
    .safeIntegers()
    .get();
  if (row?.position == null || row.event_id === null) return null;
  const newestCallback = db
    .prepare<[bigint], EventName>(
      'SELECT position, event_id AS eventId FROM callbacks WHERE position <= ? ORDER BY position DESC LIMIT 1',
    )
    .safeIntegers();
  const callbacksAfter = db.prepare<[bigint], CallbacksAfter>(
    `SELECT count(*) AS callbacks, min(recorded_at) AS firstRecordedAtMs, max(recorded_at) AS lastRecordedAtMs
     FROM callbacks WHERE position > ?`,
  );
  return {
    logId: row.log_id,
    last: { position: row.position, eventId: row.event_id },
    newestCallback: (upTo) => newestCallback.get(upTo) ?? null,
    callbacksAfter: (position) =>
      callbacksAfter.get(position) ?? { callbacks: 0, firstRecordedAtMs: null, lastRecordedAtMs: null },
    close: () => void db.close(),
  };
}
