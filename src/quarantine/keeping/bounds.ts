import { quarantineBytesMax } from '../quarantine-room.ts';
import type { QuarantineReason } from '../quarantine.ts';

/** Bounds of what waits to be stored in quarantine, so that unproven callbacks never hold up authentic ones. */
export interface LaneBounds {
  /** Events of one sender that wait. */
  readonly eventsPerSenderMax: number;
  /** Bytes of one sender that wait. One event may be larger. */
  readonly bytesPerSenderMax: number;
  /** Events of all senders that wait. */
  readonly eventsMax: number;
  /** Bytes of all senders that wait. */
  readonly bytesMax: number;
}

/** The limits of the quarantine. Each reason has its own room, so none can use that of another. */
export interface QuarantineBounds {
  /** Milliseconds that a quarantined callback is kept. */
  readonly ageMaxMs: number;
  /** Milliseconds between two runs of retention. */
  readonly retentionEveryMs: number;
  /** Bytes of each reason. Beyond it, whoever has most loses the oldest. */
  readonly bytesMax: Readonly<Record<QuarantineReason, number>>;
  /**
   * Bytes above `bytesMax` that may be stored while the oldest are being removed. A sender with less than an equal part may
   * use twice as much, so that it is never refused because others are faster than the removal.
   */
  readonly slackBytes: number;
  /** Senders of a reason that are distinguished; further ones share a part. */
  readonly sendersMax: number;
  readonly lane: LaneBounds;
}

const mebibyte = 1024 * 1024;

/** The product's limits. */
export const quarantineBounds: QuarantineBounds = {
  // Leaves time to find and fix a fault after a holiday; removal may be an hour late.
  ageMaxMs: 30 * 24 * 3_600_000,
  retentionEveryMs: 3_600_000,
  bytesMax: quarantineBytesMax,
  // A second of a fast disk's appends. All of it fits the reserve of a disk that is nearly full.
  slackBytes: 8 * mebibyte,
  // A few hundred bytes of memory each. CSS sends from a few networks.
  sendersMax: 4_096,
  lane: {
    // 20 seconds of 50 a second, after which CSS has long given up.
    eventsPerSenderMax: 1_000,
    bytesPerSenderMax: 2 * mebibyte,
    // A dozen senders that wait with all they may, a second of a fast disk.
    eventsMax: 12_000,
    bytesMax: 24 * mebibyte,
  },
};
