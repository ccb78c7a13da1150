import { derivedUuid } from '../../kernel/derived-uuid.ts';
import type { UnreadableReason } from '../callback/json-object.ts';

/**
 * Why a callback is in quarantine. FORGED: its signature is INVALID. UNPROVEN: it is UNSIGNED, as relay callbacks are.
 * EXPIRED: a right signature, but its `t` is too far from our clock. UNREADABLE: proved by its URL, but not a JSON object.
 */
export const quarantineReasons = ['FORGED', 'UNPROVEN', 'EXPIRED', 'UNREADABLE'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** Callbacks of one reason that are in quarantine at a time, at most; of some reasons fewer. */
export const quarantinedOfReasonMax = 20_000;

/** What was decided: nothing so far, to release it, or to discard it. If the log has both a release and a discard, it is RELEASED. */
export type QuarantineStatus = 'HELD' | 'RELEASED' | 'DISCARDED';

/** What was checked when a callback failed. These words are in metadata and never change. */
export const quarantineChecks = ['JSON', 'SIGN_PRESENT', 'SIGN_MATCHES', 'SIGN_OF_OTHER_DOMAIN', 'CLOCK'] as const;
export type QuarantineCheck = (typeof quarantineChecks)[number];

export const quarantineFields = ['body', 'sign', 't', 'app'] as const;
export type QuarantineField = (typeof quarantineFields)[number];

/** Which check a callback failed, and by which field. Made at receipt: the keys and the clock of that time are known only then. */
export interface Diagnosis {
  readonly check: QuarantineCheck;
  readonly field: QuarantineField;
  /** CLOCK only: seconds by which `t` was ahead of our clock; negative if it was behind. */
  readonly secondsOff?: number;
  /** JSON only: why the body is not a JSON object. */
  readonly unreadable?: UnreadableReason;
}

/** What the metadata of a quarantined arrival says. */
export interface Quarantined extends Diagnosis {
  readonly reason: QuarantineReason;
}

/** What the metadata of a released arrival says: which quarantined event it releases, and when that was decided. */
export interface Released {
  readonly position: bigint;
  readonly eventId: string;
  readonly atMs: number;
}

/** These names never change. */
const streamNames = {
  FORGED: 'quarantine-forged',
  UNPROVEN: 'quarantine-unproven',
  EXPIRED: 'quarantine-expired',
  UNREADABLE: 'quarantine-unreadable',
} as const satisfies Record<QuarantineReason, string>;

/** The type of the event that is a quarantined arrival. */
export const quarantinedType = 'CssQuarantined';

/** The stream that events of this reason are appended to. */
export function quarantineStreamOf(reason: QuarantineReason): string {
  return streamNames[reason];
}

/** The reason whose events this stream has; null for every other stream. */
export function quarantineReasonOf(streamName: string): QuarantineReason | null {
  return quarantineReasons.find((reason) => streamNames[reason] === streamName) ?? null;
}

/** What was decided about quarantined callbacks: discards, and what was removed by age. A release is an arrival instead. */
export const quarantineDecisionsStream = 'quarantine-decisions';
/** An operator discarded one quarantined event. */
export const discardedType = 'QuarantineDiscarded';
/** All events of a reason before a position were removed. */
export const truncatedType = 'QuarantineTruncated';

/** Derived from the quarantined event's id: releasing it twice, also at once or on two nodes, is one arrival. */
export function releasedEventId(quarantinedEventId: string): string {
  return derivedUuid(`released ${quarantinedEventId}`);
}
