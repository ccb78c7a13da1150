import { LedgerError } from '../kernel/errors.ts';
import { readToken, writeToken } from '../kernel/opaque-token.ts';
import { lastOrdinal } from '../read-models/changes.ts';
import type { ChangePosition } from '../read-models/rows.ts';

/** A place in the log as a client holds it: after a change, or (ordinal null) after all changes of an event. */
export interface LogCursor {
  readonly logId: string;
  readonly epoch: number;
  readonly position: bigint;
  readonly ordinal: number | null;
  /**
   * Version of the projection that told the state at this place: under another version rows may be told otherwise than
   * whoever holds this cursor was told. Null for a place of the log alone, as that of a callback is.
   */
  readonly projectionVersion: number | null;
}

/** What cursors of a log have in common. */
export interface LogName {
  readonly logId: string;
  readonly epoch: number;
}

const ofLog = 'c1';
const ofProjection = 'c2';

/** Opaque to clients, and the same on every node of the log. */
export function writeLogCursor({ logId, epoch, position, ordinal, projectionVersion }: LogCursor): string {
  const place = [logId, epoch, String(position), ordinal];
  const parts = projectionVersion === null ? [ofLog, ...place] : [ofProjection, ...place, projectionVersion];
  return writeToken(parts);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, of a version that is not read, of another log or another epoch of it */
export function readLogCursor(cursor: string, log: LogName): LogCursor {
  const parts = readToken(cursor);
  const [version, logId, epoch, digits, ordinal, projectionVersion = null] = parts;
  const isKnown =
    (version === ofLog && parts.length === 5) ||
    (version === ofProjection && parts.length === 6 && Number.isSafeInteger(projectionVersion));
  const isPlace = isPosition(digits) && (ordinal === null || (Number.isSafeInteger(ordinal) && Number(ordinal) >= 0));
  if (!isKnown || typeof logId !== 'string' || typeof epoch !== 'number' || !isPlace) {
    throw invalid('The cursor is not one of a log.');
  }
  if (logId !== log.logId || epoch !== log.epoch) {
    throw invalid('The cursor is of another log than this one, or of this one before it was restored.');
  }
  return {
    logId,
    epoch,
    position: BigInt(digits),
    ordinal: ordinal as number | null,
    projectionVersion: projectionVersion as number | null,
  };
}

export function positionOfCursor({ position, ordinal }: Pick<LogCursor, 'position' | 'ordinal'>): ChangePosition {
  return { position, ordinal: ordinal ?? lastOrdinal };
}

/** The cursor of a place among what a projection tells. */
export function cursorAt(
  { position, ordinal }: ChangePosition,
  log: LogName,
  projectionVersion: number | null,
): string {
  return writeLogCursor({
    ...log,
    position,
    ordinal: ordinal === lastOrdinal ? null : ordinal,
    projectionVersion,
  });
}

function invalid(message: string): LedgerError {
  return new LedgerError('CURSOR_INVALID', `${message} List again, and follow from its liveFrom.`);
}

function isPosition(digits: unknown): digits is string {
  return typeof digits === 'string' && /^\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) >= 0n;
}
