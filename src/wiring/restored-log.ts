import { statSync } from 'node:fs';
import { LogUnusable } from '../event-store/errors.ts';
import { logFilePath } from '../event-store/sqlite/log-file.ts';
import type { LogAtOpening } from '../event-store/sqlite/log-opening.ts';
import type { Logger } from '../kernel/logger.ts';
import { readModelsIn, removeReadModels } from '../read-models/sqlite/file/read-models-on-disk.ts';
import { openNewestOrigin, type ReadModelOrigin } from '../read-models/sqlite/file/read-model-origin.ts';

/**
 * Refuses read models without the log that they were built from: a new one beside them would hide that the record is missing.
 * @throws LogUnusable
 */
export function assertLogIsBeside(folder: string): void {
  const bytes = statSync(logFilePath(folder), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0 || readModelsIn(folder).length === 0) return;
  throw new LogUnusable(
    `DATA_DIR ${folder} has read models, but the log that they were built from is missing, or empty: log.sqlite. It is the record itself: put it back, or restore a backup (docs/operations.md#restore). For a new log, choose another DATA_DIR.`,
  );
}

/** What the read model was built from, and the log does not have. */
export interface LostEvents {
  readonly eventsLost: number;
  /** Those of them that were callbacks; the others are redeliveries, or were in quarantine. */
  readonly callbacksLost: number;
  /** When the first and the last of these callbacks were recorded; null where there are none. */
  readonly firstLost: string | null;
  readonly lastLost: string | null;
}

/** `same`: the read model was built from this log, or nothing shows otherwise. `older`: the log lacks some of its events. */
export type LogComparison =
  | { readonly kind: 'same' }
  /** Null where nobody knows how many. */
  | { readonly kind: 'older'; readonly lost: LostEvents | null };

/** Finds out whether the log in a folder was replaced by an older copy since the read model beside it was built. */
export function compareWithReadModel(folder: string, log: LogAtOpening): LogComparison {
  const origin = openNewestOrigin(folder);
  if (origin === null) return { kind: 'same' };
  try {
    // Of another log: opening the read model reports that.
    if (origin.logId !== log.logId || isBeginningOf(log, origin)) return { kind: 'same' };
    return { kind: 'older', lost: lostEvents(log, origin) };
  } catch {
    // Damaged: opening it reports that too.
    return { kind: 'same' };
  } finally {
    origin.close();
  }
}

/** Event ids are random: a log that has the same one at the same position has everything before it too. */
function isBeginningOf(log: LogAtOpening, origin: ReadModelOrigin): boolean {
  const { last } = origin;
  if (last.position > log.endPosition) return false;
  const eventId = log.eventIdAt(last.position);
  if (eventId !== null) return eventId === last.eventId;
  // It was in quarantine, and has been removed.
  const callback = origin.newestCallback(last.position);
  return callback === null || log.eventIdAt(callback.position) === callback.eventId;
}

/** Null where the log was appended to after it was restored: nobody knows any more where it was cut off. */
function lostEvents(log: LogAtOpening, origin: ReadModelOrigin): LostEvents | null {
  const { endPosition } = log;
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

/** Removes a read model that shows more than the log has, so that it is built again: once the log has begun an epoch. */
export interface RestoreCheck {
  /** For `openSqliteEventStore`. */
  isRestored(log: LogAtOpening): boolean;
  /** Call it once the log is open: an epoch that has not begun could not begin any more without this read model. */
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
      if (compared.kind === 'same') return;
      removeReadModels(folder, () => true);
      if (compared.lost === null) logger.warn({}, restoredLonger);
      else logger.warn({ ...compared.lost }, restoredShorter);
    },
  };
}

const restoredShorter =
  'the log is an older copy, and lacks what was recorded after it: a new epoch has begun, earlier cursors are refused, and the read models are built again';
const restoredLonger =
  'the log is not the one that the read models were built from, as after restoring an older copy: a new epoch has begun, earlier cursors are refused, and the read models are built again';
