import type { Signature } from '../domain/callback/arrival.ts';
import type { QuarantinedEventRef, Truncation } from '../domain/quarantine/quarantine-records.ts';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from '../domain/quarantine/quarantine.ts';

/** A callback in quarantine, for the operator's list. Its body stands in the log only, at its position. */
export interface QuarantinedRow extends QuarantinedEventRef {
  readonly reason: QuarantineReason;
  readonly status: QuarantineStatus;
  readonly diagnosis: Diagnosis;
  readonly signature: Signature;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  /** What the body says, where it is an object: nothing of it is proved. */
  readonly appId: string | null;
  readonly eventType: number | null;
  readonly callbackEvent: string | null;
  readonly bodyBytes: number;
  /** The event that its status is of. */
  readonly changedPosition: bigint;
}

/** The projector's side of the quarantine: part of `ReadModelWriter`, inside its transaction. */
export interface QuarantineWriter {
  insert(row: QuarantinedRow): void;
  /** A release wins over a discard, whichever stands first in the log. What is not there is nothing to mark. */
  markReleased(place: QuarantinedEventRef, changedPosition: bigint): void;
  markDiscarded(place: QuarantinedEventRef, changedPosition: bigint): void;
  /** Forgets what was removed from the log. */
  remove(truncation: Truncation): void;
}

export type QuarantineListField = 'reason' | 'status' | 'receivedAt' | 'appId';

/** `RECORDED`: the order of the log. */
export type QuarantineOrder = 'RECORDED' | 'RECEIVED_AT';

/** The readers' side of the quarantine: part of `ReadModelReader`. */
export interface QuarantineReader {
  /** Null where there is none, or none any more. */
  at(place: QuarantinedEventRef): QuarantinedRow | null;
  /** The position before which every event of a reason is released or discarded; 0 where nothing is projected yet. */
  decidedBefore(reason: QuarantineReason): bigint;
  /** How many of a reason before a position are released or discarded. */
  decidedCount(reason: QuarantineReason, beforePosition: bigint): number;
}
