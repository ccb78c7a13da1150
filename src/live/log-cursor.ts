import { hash } from 'node:crypto';
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
  /** The name of the event at the position: only a log that has this event there serves the cursor. Null if it had none. */
  readonly event: string | null;
}

/** The part that all cursors of a log share. */
interface LogName {
  readonly logId: string;
  readonly epoch: number;
}

/** What cursors are made from and compared with: the name of the log, and which event is, or was, at a position. */
export interface CursorLog extends LogName {
  /** Null if there is none at this position. */
  eventIdAt(position: bigint): string | null;
  /** Whether the event at this position was removed on purpose. */
  hasRemoved(position: bigint): boolean;
}

const current = 'c3';
// Written by versions before 0.2, without the name of an event. Still read; not from 0.3 on.
const ofLog = 'c1';
const ofProjection = 'c2';

/** The cursor as a token: the same on every node of the log. */
export function writeLogCursor({ position, ordinal, projectionVersion, event, ...log }: LogCursor): string {
  return writeToken([current, nameLog(log), String(position), ordinal, projectionVersion, event]);
}

/**
 * Characters of base64 in the names of a log and of an event: 66 bits, as logs are compared with all others, and 48, as events
 * are with those of other timelines at one position. Short, because the reason of a close frame has room for 93 characters.
 */
const [logNameLength, eventNameLength] = [11, 8];

function nameLog({ logId, epoch }: LogName): string {
  return hash('sha256', `${logId} ${epoch}`, 'base64url').slice(0, logNameLength);
}

/** A digest, because the id of the log's first event is a secret. */
function nameEvent(log: CursorLog, position: bigint): string | null {
  const id = log.eventIdAt(position);
  return id === null ? null : hash('sha256', id, 'base64url').slice(0, eventNameLength);
}

/** @throws LedgerError - CURSOR_INVALID: damaged, of a version that is not read, of another log or another epoch of it */
export function readLogCursor(cursor: string, { logId, epoch }: LogName): LogCursor {
  const {
    isOfLog,
    position,
    ordinal,
    projectionVersion = null,
    event = null,
  } = partsOf(readToken(cursor), { logId, epoch });
  const isOrdinal = ordinal === null || (Number.isSafeInteger(ordinal) && Number(ordinal) >= 0);
  const isVersion = projectionVersion === null || Number.isSafeInteger(projectionVersion);
  if (!isPosition(position) || !isOrdinal || !isVersion || (event !== null && typeof event !== 'string')) {
    throw invalid('The cursor is damaged or is not a log cursor.');
  }
  if (!isOfLog) throw invalid('The cursor is from another log, or from this log before it was restored.');
  return {
    logId,
    epoch,
    position: BigInt(position),
    ordinal: ordinal as number | null,
    projectionVersion: projectionVersion as number | null,
    event,
  };
}

/** The parts of a token by its version; none if it is no cursor. */
function partsOf(parts: readonly unknown[], log: LogName): CursorParts {
  const [version, ...rest] = parts;
  if (version === current && rest.length === 5) {
    const [name, position, ordinal, projectionVersion, event] = rest;
    return { isOfLog: name === nameLog(log), position, ordinal, projectionVersion, event };
  }
  const [logId, epoch, position, ordinal, projectionVersion] = rest;
  const isOfLog = logId === log.logId && epoch === log.epoch;
  if (version === ofLog && rest.length === 4) return { isOfLog, position, ordinal };
  // Null would be a cursor of the other kind.
  if (version === ofProjection && projectionVersion !== null && rest.length === 5) {
    return { isOfLog, position, ordinal, projectionVersion };
  }
  return {};
}

interface CursorParts {
  readonly isOfLog?: boolean;
  readonly position?: unknown;
  readonly ordinal?: unknown;
  readonly projectionVersion?: unknown;
  readonly event?: unknown;
}

/**
 * Refuses a cursor whose event the log does not have: the log was restored after the cursor was made, in whatever epoch. The
 * position must be one that this node has.
 * @throws LedgerError - CURSOR_INVALID
 */
export function assertSameEvent({ position, event }: Pick<LogCursor, 'position' | 'event'>, log: CursorLog): void {
  if (event === null || nameEvent(log, position) === event || log.hasRemoved(position)) return;
  throw invalid('The cursor is from this log before it was restored.');
}

/** The position of a cursor in the order of changes. */
export function positionOfCursor({ position, ordinal }: Pick<LogCursor, 'position' | 'ordinal'>): ChangePosition {
  return { position, ordinal: ordinal ?? lastOrdinal };
}

/** The cursor, as a token, of a position in the order of changes. Looks up one row of the log. */
export function cursorAt(
  { position, ordinal }: ChangePosition,
  log: CursorLog,
  projectionVersion: number | null,
): string {
  return writeLogCursor({
    logId: log.logId,
    epoch: log.epoch,
    position,
    ordinal: ordinal === lastOrdinal ? null : ordinal,
    projectionVersion,
    event: nameEvent(log, position),
  });
}

function invalid(message: string): LedgerError {
  return new LedgerError('CURSOR_INVALID', `${message} List again, and subscribe with liveFrom of that list.`);
}

function isPosition(digits: unknown): digits is string {
  return typeof digits === 'string' && /^\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) >= 0n;
}
