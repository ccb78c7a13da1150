import type { Condition } from '../lists/listing.ts';

/** Position of a row's last change: the event that changed it, and the row's number among those that the event changed. */
export interface ChangePosition {
  readonly position: bigint;
  readonly ordinal: number;
}

/** Greater than the ordinal of any change. */
export const lastOrdinal = Number.MAX_SAFE_INTEGER;

/** Which rows a reader of changes gets. */
export interface ChangeFilter<Field extends string> {
  readonly condition: Condition<Field>;
  /**
   * Rows that meet this but not the condition are also read, with `matches` false. Null: only rows that meet the
   * condition.
   */
  readonly orFits: Condition<Field> | null;
}

/** A row at the position of its last change. */
export interface Change<Row> {
  readonly at: ChangePosition;
  readonly row: Row;
  readonly matches: boolean;
}

/** A part of the order of change, read in one transaction. */
export interface Changes<Row> {
  /** In the order of change. */
  readonly changes: readonly Change<Row>[];
  /** Everything up to here has been read: the last row examined, or the checkpoint if there were no more rows. */
  readonly to: ChangePosition;
  readonly isLast: boolean;
}

/**
 * Reads what changed after a position, in order and in one transaction; examines at most `rowsMax` rows. Returns each
 * row once, at its last change and with its newest state. Returns nothing beyond the checkpoint.
 */
export type ReadChanges<Row> = (after: ChangePosition, rowsMax: number) => Changes<Row>;

/** Negative if the first position is earlier, positive if it is later. */
export function compareChangePositions(one: ChangePosition, other: ChangePosition): number {
  if (one.position !== other.position) return one.position < other.position ? -1 : 1;
  return one.ordinal - other.ordinal;
}

/** The later of two positions in the order of change. */
export function laterPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return compareChangePositions(one, other) < 0 ? other : one;
}

/** The position after everything up to a checkpoint; null: before the first event. */
export function positionAfterCheckpoint(checkpoint: bigint | null): ChangePosition {
  return { position: checkpoint ?? 0n, ordinal: lastOrdinal };
}
