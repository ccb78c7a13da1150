import type { EventReader } from '../../log/event-store.ts';
import type { Logger } from '../../kernel/logger.ts';
import { removeReadModels, readModelsIn } from './read-models-on-disk.ts';
import Database from 'better-sqlite3';
import { readModelVersion, versionOf } from './read-model-file.ts';

/** The events that the read model was built from, and that the log does not have. */
export interface LostEvents {
  readonly eventsLost: number;
  /** Those that were callbacks. The others are redeliveries, or were in quarantine. */
  readonly callbacksLost: number;
  /** When the first and the last of these callbacks were recorded; null if there are none. */
  readonly firstLost: string | null;
  readonly lastLost: string | null;
}

/** `same`: the read model was built from this log, as far as can be seen. `older`: the log lacks some of its events. */
type LogComparison =
  | { readonly kind: 'same' }
  /** Null if their number is unknown. */
  | { readonly kind: 'older'; readonly lost: LostEvents | null };

/** What of the log is compared. */
type ComparedLog = Pick<EventReader, 'logId' | 'endPosition' | 'eventIdAt'>;

/**
 * Checks whether an older copy has replaced the log in a folder since the read model beside it was built.
 *
 * @param openedAt - where the log ended when it was opened; an epoch may have begun since
 */
export async function compareWithReadModel(folder: string, log: ComparedLog, openedAt: bigint): Promise<LogComparison> {
  const origin = openNewestOrigin(folder);
  if (origin === null) return { kind: 'same' };
  try {
    // If it is another log, opening the read model reports that.
    if (origin.logId !== log.logId || (await isBeginningOf(log, origin))) return { kind: 'same' };
    return { kind: 'older', lost: lostEvents(log, origin, openedAt) };
  } catch {
    // If it is damaged, opening it reports that too.
    return { kind: 'same' };
  } finally {
    origin.close();
  }
}

/** Event ids are random, so a log with the same id at the same position has everything before it too. */
async function isBeginningOf(log: ComparedLog, origin: ReadModelOrigin): Promise<boolean> {
  const { last } = origin;
  if (last.position > (await log.endPosition())) return false;
  const eventId = log.eventIdAt(last.position);
  if (eventId !== null) return eventId === last.eventId;
  // The last event was in quarantine, and has been removed.
  const callback = origin.newestCallback(last.position);
  return callback === null || hasAt(log, callback);
}

function hasAt(log: ComparedLog, known: { readonly position: bigint; readonly eventId: string }): boolean {
  return log.eventIdAt(known.position) === known.eventId;
}

/** Null if the log was appended to after it was restored: then it is unknown where it was cut off. */
function lostEvents(log: ComparedLog, origin: ReadModelOrigin, endPosition: bigint): LostEvents | null {
  if (origin.last.position <= endPosition) return null;
  const common = origin.newestCallback(endPosition);
  if (common !== null && !hasAt(log, common)) return null;
  const { callbacks, firstRecordedAtMs, lastRecordedAtMs } = origin.callbacksAfter(endPosition);
  return {
    eventsLost: Number(origin.last.position - endPosition),
    callbacksLost: callbacks,
    firstLost: textOf(firstRecordedAtMs),
    lastLost: textOf(lastRecordedAtMs),
  };
}

function textOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Removes the read models, which show more than the log has, so that they are built again. */
export function discardReadModels(
  folder: string,
  { lost }: Extract<LogComparison, { kind: 'older' }>,
  logger: Logger,
): void {
  removeReadModels(folder, () => true);
  if (lost === null) logger.warn({}, restoredLonger);
  else logger.warn({ ...lost }, restoredShorter);
}

const restoredShorter =
  'the log is an older copy, and lacks what was recorded after it: a new epoch has begun, earlier cursors are refused, and the read models are built again';
const restoredLonger =
  'the log is not the one that the read models were built from, as after restoring an older copy: a new epoch has begun, earlier cursors are refused, and the read models are built again';

/** The events from which a read model was built. */
type ReadModelOrigin = NonNullable<ReturnType<typeof originIn>>;

/** The read model in a folder whose last projected event is the newest. Null if none has rows. The caller closes it. */
function openNewestOrigin(folder: string): ReadModelOrigin | null {
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

function originIn(db: Database.Database) {
  if (versionOf(db).version !== readModelVersion) return null;
  const row = db
    .prepare<[], { log_id: string; position: bigint | null; event_id: string | null }>('SELECT * FROM progress')
    .safeIntegers()
    .get();
  if (row?.position == null || row.event_id === null) return null;
  const newestCallback = db
    .prepare<[bigint], { readonly position: bigint; readonly eventId: string }>(
      'SELECT position, event_id AS eventId FROM callbacks WHERE position <= ? ORDER BY position DESC LIMIT 1',
    )
    .safeIntegers();
  const callbacksAfter = db.prepare<
    [bigint],
    { readonly callbacks: number; readonly firstRecordedAtMs: number | null; readonly lastRecordedAtMs: number | null }
  >(
    `SELECT count(*) AS callbacks, min(recorded_at) AS firstRecordedAtMs, max(recorded_at) AS lastRecordedAtMs
     FROM callbacks WHERE position > ?`,
  );
  return {
    logId: row.log_id,
    /** The last projected event. */
    last: { position: row.position, eventId: row.event_id },
    /** The newest event up to a position that must still be in the log: removing callbacks removes the read model too. */
    newestCallback: (upTo: bigint) => newestCallback.get(upTo) ?? null,
    /** How many there are, and when the log recorded the first and last of them; null if there are none. */
    callbacksAfter: (position: bigint) =>
      callbacksAfter.get(position) ?? { callbacks: 0, firstRecordedAtMs: null, lastRecordedAtMs: null },
    close: () => void db.close(),
  };
}
