import type { FailedForward } from '../domain/forwarding/forwarding-control.ts';
import type { Delivery } from './delivery.ts';

/** How far a target is, as it is kept on disk. */
export interface SavedTarget {
  /** Everything up to here was read; what of it is not done is in `pending`. */
  readonly readTo: bigint;
  readonly isPaused: boolean;
  readonly setAsideTotal: number;
  /** In the order of the log. */
  readonly pending: readonly Delivery[];
}

/** What has changed of a target since it was saved. */
export interface TargetChanges {
  readonly readTo: bigint;
  readonly isPaused: boolean;
  readonly setAsideTotal: number;
  /** To be written, new or not. */
  readonly pending: readonly Delivery[];
  /** Positions that are pending no more. */
  readonly done: readonly bigint[];
  /** Newly given up. */
  readonly setAside: readonly FailedForward[];
}

/** Which log the saved positions belong to, and its end: after a restore they may be beyond it. */
export interface LogOfPositions {
  readonly logId: string;
  readonly epoch: number;
  readonly endPosition: bigint;
}

/** Where the progress of all targets is kept. */
export interface ForwardingState {
  /** A target that is not known begins at the end of the log, durably. */
  open(name: string): SavedTarget;
  /** All or nothing. `isDurable`: with an fsync; otherwise a power cut may lose it, and callbacks are sent again. */
  save(name: string, changes: TargetChanges, isDurable: boolean): void;
  /** The newest first. */
  setAside(name: string, max: number): readonly FailedForward[];
  close(): void;
}
