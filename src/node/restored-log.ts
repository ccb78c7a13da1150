import type { LogAtOpening } from '../log/sqlite/sqlite-event-store.ts';
import type { Logger } from '../kernel/logger.ts';
import { openNewestOrigin, removeReadModels, type ReadModelOrigin } from '../projecting/file/read-models-on-disk.ts';

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
export type LogComparison =
  | { readonly kind: 'same' }
  /** Null if their number is unknown. */
  | { readonly kind: 'older'; readonly lost: LostEvents | null };

/**
 * Checks whether an older copy has replaced the log in a folder since the read model beside it was built.
 *
 * @param endPosition - where the log ended when it was opened, if it has been appended to since
 */
export function compareWithReadModel(folder: string, log: LogAtOpening, endPosition = log.endPosition): LogComparison {
  const origin = openNewestOrigin(folder);
  if (origin === null) return { kind: 'same' };
  try {
    // If it is another log, opening the read model reports that.
    if (origin.logId !== log.logId || isBeginningOf(log, origin)) return { kind: 'same' };
    return { kind: 'older', lost: lostEvents(log, origin, endPosition) };
  } catch {
    // If it is damaged, opening it reports that too.
    return { kind: 'same' };
  } finally {
    origin.close();
  }
}

/** Event ids are random, so a log with the same id at the same position has everything before it too. */
function isBeginningOf(log: LogAtOpening, origin: ReadModelOrigin): boolean {
  const { last } = origin;
  if (last.position > log.endPosition) return false;
  const eventId = log.eventIdAt(last.position);
  if (eventId !== null) return eventId === last.eventId;
  // The last event was in quarantine, and has been removed.
  const callback = origin.newestCallback(last.position);
  return callback === null || log.eventIdAt(callback.position) === callback.eventId;
}

/** Null if the log was appended to after it was restored: then it is unknown where it was cut off. */
function lostEvents(log: LogAtOpening, origin: ReadModelOrigin, endPosition: bigint): LostEvents | null {
  if (origin.last.position <= endPosition) return null;
  const common = origin.newestCallback(endPosition);
  if (common !== null && log.eventIdAt(common.position) !== common.eventId) return null;
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

/** Removes read models that show more than the log has, once the log has begun an epoch, so that they are built again. */
export interface RestoreCheck {
  /** For `openSqliteEventStore`. */
  isRestored(log: LogAtOpening): boolean;
  /** Call it only once the log is open: without the read models, nothing would make the log begin an epoch. */
  discardReadModels(): void;
}

/** Compares the log in a folder with the read models beside it, when the log is opened. */
export function createRestoreCheck(folder: string, logger: Logger): RestoreCheck {
  let compared: LogComparison = { kind: 'same' };
  return {
    isRestored(log) {
      compared = compareWithReadModel(folder, log);
      return compared.kind === 'older';
    },
    discardReadModels() {
      if (compared.kind === 'older') discardReadModels(folder, compared, logger);
    },
  };
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
