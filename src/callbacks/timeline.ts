import type { CallbackRow } from '../projecting/rows.ts';

/** What a callback in a timeline belongs to. NEIGHBOUR: another session of the stream. STREAM: it only names the stream. */
export const timelineOwners = ['SESSION', 'NEIGHBOUR', 'RELAY_TASK', 'STREAM'] as const;
export type TimelineOwner = (typeof timelineOwners)[number];

/** A callback in the timeline of a session. */
export interface TimelineEntry {
  /** CSS's clock, or ours if the callback carries no time. */
  readonly atMs: number;
  readonly owner: TimelineOwner;
  readonly callback: CallbackRow;
}

/** What happened to the stream of a session during the session. */
export interface Timeline {
  /** The time of the session with the tolerance; the end is null while it is live. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** By time, then by position. */
  readonly entries: readonly TimelineEntry[];
  /** Whether there are no entries after the last one. */
  readonly isComplete: boolean;
}

/**
 * Milliseconds before and after a session that belong to its timeline: to include both sides of a reconnect, and
 * because clocks count whole seconds.
 */
export const timelineToleranceMs = 60_000;

/** Callbacks examined at most for one timeline: some 10 ms of work. */
export const timelineRowsMax = 10_000;
