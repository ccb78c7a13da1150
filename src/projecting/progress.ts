/** How far the answering read models are behind the log, and whether the projector runs. */
export interface ProjectionProgress {
  lag(): Promise<{ readonly events: number; readonly ms: number }>;
  /** Null while it runs; otherwise why it stopped, in words for the operator. */
  stalledBecause(): string | null;
  counts(): ProjectedCounts;
  /** The read models being built, beside the answering ones or before there are any; null if none are being built. */
  build(): Promise<ReadModelBuild | null>;
}

/** Progress of read models that do not answer yet. */
export interface ReadModelBuild {
  readonly version: number;
  /** Why they are being built, in words for the operator. */
  readonly because: string;
  readonly position: bigint | null;
  readonly lagEvents: number;
  /** Null while the build goes on. */
  readonly stalledBecause: string | null;
}

/** What was projected since this process started. */
export interface ProjectedCounts {
  /** Every event read, including those outside the read models. */
  readonly events: number;
  readonly callbacks: number;
  /** Arrivals of a callback after its first. */
  readonly redeliveries: number;
  /** Events that could not be projected and were skipped. */
  readonly poisoned: number;
  /** Poisoned events whose content is not what was recorded. */
  readonly damaged: number;
}

/** The counts before anything is projected. */
export const noCounts: ProjectedCounts = { events: 0, callbacks: 0, redeliveries: 0, poisoned: 0, damaged: 0 };

/** Adds the counts of two projections. */
export function sumOf(one: ProjectedCounts, other: ProjectedCounts): ProjectedCounts {
  return {
    events: one.events + other.events,
    callbacks: one.callbacks + other.callbacks,
    redeliveries: one.redeliveries + other.redeliveries,
    poisoned: one.poisoned + other.poisoned,
    damaged: one.damaged + other.damaged,
  };
}

/** An event that the projector could not project and skipped. */
export interface PoisonedEvent {
  readonly position: bigint;
  readonly streamName: string;
  /** Name of the error, without any content of the event. */
  readonly reason: string;
}
