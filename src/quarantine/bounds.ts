import type { QuarantineReason } from '../domain/quarantine/quarantine.ts';

/** What one reason may take of the log. */
export interface ShareBounds {
  /** Events that may be taken a minute; as many at once after a minute of none. */
  readonly eventsPerMinuteMax: number;
  /** Events on disk at a time. */
  readonly eventsMax: number;
  /** Bytes on disk at a time, of bodies and metadata. */
  readonly bytesMax: number;
}

export interface QuarantineBounds {
  /** Milliseconds that a quarantined callback is kept. */
  readonly ageMaxMs: number;
  /** Milliseconds between two looks for what is too old. */
  readonly sweepEveryMs: number;
  readonly shares: Readonly<Record<QuarantineReason, ShareBounds>>;
}

/** Milliseconds: 30 days, long enough for a fault to be found and mended after a holiday. */
export const quarantineAgeMaxMs = 30 * 24 * 3_600_000;

/** Milliseconds: an hour late is early enough for what is kept for 30 days. */
export const quarantineRetentionEveryMs = 3_600_000;

/**
 * Callbacks of the account may land here by a fault of ours: relay callbacks where there is no token, all where the clock
 * is wrong. 50 a second is more than an account sends; 20,000 of 1 to 2 KB are a day of a busy one.
 */
const honestShare: ShareBounds = { eventsPerMinuteMax: 3_000, eventsMax: 20_000, bytesMax: 32 * 1024 * 1024 };

/**
 * Anybody can send a wrong `sign`. What an account sends within an hour or two of a changed key still fits; a flood costs no
 * more than 4 MiB.
 */
const forgedShare: ShareBounds = { eventsPerMinuteMax: 120, eventsMax: 2_000, bytesMax: 4 * 1024 * 1024 };

/** The bounds of each reason are its own: none can use up those of another. */
export const quarantineBounds: QuarantineBounds = {
  ageMaxMs: quarantineAgeMaxMs,
  sweepEveryMs: quarantineRetentionEveryMs,
  shares: { FORGED: forgedShare, UNPROVEN: honestShare, EXPIRED: honestShare, UNREADABLE: honestShare },
};
