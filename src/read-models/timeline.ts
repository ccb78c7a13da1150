import type { CallbackRow } from './rows.ts';

/** Whose callback an entry of a timeline is. NEIGHBOUR: of another session of the stream. STREAM: it only names the stream. */
export const timelineOwners = ['SESSION', 'NEIGHBOUR', 'RELAY_TASK', 'STREAM'] as const;
export type TimelineOwner = (typeof timelineOwners)[number];

/** A callback in the timeline of a session. */
export interface TimelineEntry {
  /** CSS's clock, or ours where the callback carries no time. */
  readonly atMs: number;
  readonly owner: TimelineOwner;
  readonly callback: CallbackRow;
}

/** What happened to the stream of a session in its time. */
export interface Timeline {
  /** Its time, with the tolerance; the end is null while it is live. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** By time, then by position. */
  readonly entries: readonly TimelineEntry[];
  /** Whether nothing comes after the last entry. */
  readonly isComplete: boolean;
}

/** Milliseconds before and after a session that count as its time: callbacks of both sides of a reconnect, and clocks in seconds. */
export const timelineToleranceMs = 60_000;

/** Callbacks that are looked at for one timeline: some 10 ms of work. */
export const timelineRowsMax = 10_000;
