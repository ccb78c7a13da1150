import type { CallbackField, Condition, RelayTaskField, StreamSessionField } from './listing.ts';
import type { CallbackRow, ChangePosition, RelayTaskRow, StreamSessionRow } from './rows.ts';

/** After every change that one event made. */
export const lastOrdinal = Number.MAX_SAFE_INTEGER;

/** Which changes are told. */
export interface ChangeFilter<Field extends string> {
  readonly condition: Condition<Field>;
  /** Rows are told too that meet this but not the condition, with `matches` false. Null: only what meets the condition. */
  readonly orFits: Condition<Field> | null;
}

export interface Change<Row> {
  readonly at: ChangePosition;
  readonly row: Row;
  readonly matches: boolean;
}

/** A stretch of the order of change, as it stood at one moment. */
export interface Changes<Row> {
  /** In the order of change. */
  readonly changes: readonly Change<Row>[];
  /** All up to here is told: the last row looked at, or the checkpoint where there were no more. */
  readonly to: ChangePosition;
  /** Nothing was there after these. */
  readonly isLast: boolean;
}

/**
 * Reads what changed after a place, in order, in one transaction: at most `rowsMax` rows are looked at. A row stands at its
 * last change only, so it is read once, with its newest state. A place that is ahead of the checkpoint has nothing after it.
 */
export type ReadChanges<Row> = (after: ChangePosition, rowsMax: number) => Changes<Row>;

/** The order of change, for each kind of row; the filter is made ready once, for many reads. */
export interface ChangeReader {
  streamSessions(filter: ChangeFilter<StreamSessionField>): ReadChanges<StreamSessionRow>;
  relayTasks(filter: ChangeFilter<RelayTaskField>): ReadChanges<RelayTaskRow>;
  /** A callback never moves: it is told once, at the place of its first arrival. */
  callbacks(filter: ChangeFilter<CallbackField>): ReadChanges<CallbackRow>;
  /** Whether a task stands at exactly this place: no longer, once it has changed again. */
  isRelayTaskAt(place: ChangePosition): boolean;
}

export function compareChangePositions(one: ChangePosition, other: ChangePosition): number {
  if (one.position !== other.position) return one.position < other.position ? -1 : 1;
  return one.ordinal - other.ordinal;
}

/** The later of two places. */
export function laterPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return compareChangePositions(one, other) < 0 ? other : one;
}

/** After everything up to a checkpoint; null: before the first event. */
export function positionAfterCheckpoint(checkpoint: bigint | null): ChangePosition {
  return { position: checkpoint ?? 0n, ordinal: lastOrdinal };
}
