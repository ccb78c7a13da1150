import type { Signature } from '../domain/callback/arrival.ts';
import type { QuarantinedEventRef, Truncation } from '../domain/quarantine/quarantine-records.ts';
import type { Diagnosis, QuarantineReason, QuarantineStatus } from '../domain/quarantine/quarantine.ts';

/** A callback in quarantine, for the operator's list. Its body is in the log only, at its position. */
export interface QuarantinedRow extends QuarantinedEventRef {
  readonly reason: QuarantineReason;
  readonly status: QuarantineStatus;
  readonly diagnosis: Diagnosis;
  readonly signature: Signature;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  /** From the body, where it is an object: nothing of it is proved. */
  readonly appId: string | null;
  readonly eventType: number | null;
  readonly callbackEvent: string | null;
  readonly bodyBytes: number;
  /** Position of the event that gave it its status. */
  readonly changedPosition: bigint;
}

/** The projector's side of the quarantine: part of `ReadModelWriter`, inside its transaction. */
export interface QuarantineWriter {
  insert(row: QuarantinedRow): void;
  /** A release prevails over a discard, whatever their order in the log. Marks nothing where there is no such row. */
  markReleased(event: QuarantinedEventRef, changedPosition: bigint): void;
  markDiscarded(event: QuarantinedEventRef, changedPosition: bigint): void;
  /** Removes the rows of events that were removed from the log. */
  remove(truncation: Truncation): void;
}

/** The fields that the list of quarantined callbacks can be filtered by. */
export const quarantineListFields = ['reason', 'status', 'receivedAt', 'appId'] as const;
export type QuarantineListField = (typeof quarantineListFields)[number];

/** `RECORDED`: the order of the log. */
export type QuarantineOrder = 'RECORDED' | 'RECEIVED_AT';

/** The readers' side of the quarantine: part of `ReadModelReader`. */
export interface QuarantineReader {
  /** Null where there is none, or no longer. */
  at(event: QuarantinedEventRef): QuarantinedRow | null;
  /** The position before which every event of a reason is released or discarded; 0 where nothing is projected yet. */
  decidedBefore(reason: QuarantineReason): bigint;
  /** How many events of a reason before a position are released or discarded. */
  decidedCount(reason: QuarantineReason, beforePosition: bigint): number;
}
