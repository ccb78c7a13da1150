import { LedgerError } from '../kernel/errors.ts';
import { readToken, writeToken } from '../kernel/encoding.ts';
import { lastOrdinal, type ChangePosition } from '../projecting/changes.ts';

/** A position in the log, for clients: after one change, or (ordinal null) after all changes of an event. */
export interface LogCursor {
  readonly logId: string;
  readonly epoch: number;
  readonly position: bigint;
  readonly ordinal: number | null;
  /**
   * Version of the projection whose state the client has seen up to here: another version may show rows differently. Null if
   * only the log matters, as for a callback.
   */
  readonly projectionVersion: number | null;
}

/** The part that all cursors of a log share. */
export interface LogName {
  readonly logId: string;
  readonly epoch: number;
}

const ofLog = 'c1';
const ofProjection = 'c2';

/** The cursor as a token: the same on every node of the log. */
export function writeLogCursor({ logId, epoch, position, ordinal, projectionVersion }: LogCursor): string {
  const parts = [logId, epoch, String(position), ordinal];
  return writeToken(projectionVersion === null ? [ofLog, ...parts] : [ofProjection, ...parts, projectionVersion]);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, of a version that is not read, of another log or another epoch of it */
export function readLogCursor(cursor: string, { logId, epoch }: LogName): LogCursor {
  const parts = readToken(cursor);
  const [version, ofLogId, ofEpoch, digits, ordinal, projectionVersion = null] = parts;
  const isKnown =
    (version === ofLog && parts.length === 5) ||
    (version === ofProjection && parts.length === 6 && Number.isSafeInteger(projectionVersion));
  const isOrdinal = ordinal === null || (Number.isSafeInteger(ordinal) && Number(ordinal) >= 0);
  if (!isKnown || !isPosition(digits) || !isOrdinal) {
    throw invalid('The cursor is damaged or is not a log cursor.');
  }
  if (ofLogId !== logId || ofEpoch !== epoch) {
    throw invalid('The cursor is from another log, or from this log before it was restored.');
  }
  return {
    logId,
    epoch,
    position: BigInt(digits),
    ordinal: ordinal as number | null,
    projectionVersion: projectionVersion as number | null,
  };
}

/** The position of a cursor in the order of changes. */
export function positionOfCursor({ position, ordinal }: Pick<LogCursor, 'position' | 'ordinal'>): ChangePosition {
  return { position, ordinal: ordinal ?? lastOrdinal };
}

/** The cursor, as a token, of a position in the order of changes. */
export function cursorAt(
  { position, ordinal }: ChangePosition,
  { logId, epoch }: LogName,
  projectionVersion: number | null,
): string {
  return writeLogCursor({
    logId,
    epoch,
    position,
    ordinal: ordinal === lastOrdinal ? null : ordinal,
    projectionVersion,
  });
}

function invalid(message: string): LedgerError {
  return new LedgerError('CURSOR_INVALID', `${message} List again, and subscribe with liveFrom of that list.`);
}

function isPosition(digits: unknown): digits is string {
  return typeof digits === 'string' && /^\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) >= 0n;
}
