import type { Clock } from '../kernel/clock.ts';
import { quarantinedOfReasonMax, type QuarantineReason } from '../domain/quarantine/quarantine.ts';

/** Limits for the quarantined callbacks of one reason. */
export interface ShareBounds {
  /** Events accepted per minute; after a minute without any, also in one burst. */
  readonly eventsPerMinuteMax: number;
  /** Events stored at a time. */
  readonly eventsMax: number;
  /** Bytes of bodies and metadata stored at a time. */
  readonly bytesMax: number;
}

/** The limits of the quarantine. Each reason has its own share, so none can use up another's. */
export interface QuarantineBounds {
  /** Milliseconds that a quarantined callback is kept. */
  readonly ageMaxMs: number;
  /** Milliseconds between two runs of retention. */
  readonly retentionEveryMs: number;
  readonly shares: Readonly<Record<QuarantineReason, ShareBounds>>;
}

/**
 * A fault of ours may quarantine the account's callbacks: relay callbacks if there is no token, all of them if the clock is
 * wrong. 50 per second is more than an account sends; 20,000 of 1 to 2 KB are a busy account's day.
 */
const honestShare: ShareBounds = {
  eventsPerMinuteMax: 3_000,
  eventsMax: quarantinedOfReasonMax,
  bytesMax: 32 * 1024 * 1024,
};

/**
 * Anybody can send a wrong `sign`. What an account sends in an hour or two after a key change still fits; a flood costs at
 * most 4 MiB.
 */
const forgedShare: ShareBounds = { eventsPerMinuteMax: 120, eventsMax: 2_000, bytesMax: 4 * 1024 * 1024 };

/** The product's limits. 30 days leave time to find and fix a fault after a holiday; removal may be an hour late. */
export const quarantineBounds: QuarantineBounds = {
  ageMaxMs: 30 * 24 * 3_600_000,
  retentionEveryMs: 3_600_000,
  shares: { FORGED: forgedShare, UNPROVEN: honestShare, EXPIRED: honestShare, UNREADABLE: honestShare },
};

/** One event of a quarantine stream, without its content. */
export interface QuarantinedEvent {
  /** Negative while the event is in the spool: the log has not given it a revision and a position yet. */
  readonly revision: bigint;
  readonly position: bigint;
  /** Times of arrival by the known clocks: ours, and CSS's if a right `sign` proves it. */
  readonly timesMs: readonly number[];
  readonly bytes: number;
}

/** The part of a share in use. */
export interface ShareUsage {
  readonly events: number;
  readonly bytes: number;
}

/** What one reason of quarantine has stored, and may still store. In memory, limited by the share's bound on events. */
export interface QuarantineShare {
  /** Reserves room for an event before it is appended. False if the share or its rate is used up. */
  reserve(bytes: number): boolean;
  /** The append failed: releases the room. */
  cancel(bytes: number): void;
  /** The append succeeded: the event uses the reserved room. */
  add(event: QuarantinedEvent): void;
  /** Events in the log, in stream order. */
  events(): readonly QuarantinedEvent[];
  /** The events before this revision were removed from the stream. */
  removeBefore(revision: bigint): void;
  /**
   * Replaces the events by those that `read` returns. Keeps reservations, the rate, and events added during the read. If
   * `read` rejects, nothing changes.
   */
  replace(read: () => Promise<readonly QuarantinedEvent[]>): Promise<void>;
  /** Stored and reserved. */
  usage(): ShareUsage;
  /** True if more than half is in use. */
  isFilling(): boolean;
}

/** Creates an empty share. */
export function createQuarantineShare(bounds: ShareBounds, clock: Clock): QuarantineShare {
  let stored: QuarantinedEvent[] = [];
  let bytesStored = 0;
  const reserved = { events: 0, bytes: 0 };
  const reads = new Set<QuarantinedEvent[]>();
  const takeFromRate = createTokenBucket(bounds.eventsPerMinuteMax, clock);

  const usage = () => ({ events: stored.length + reserved.events, bytes: bytesStored + reserved.bytes });
  const reserveMore = (events: number, bytes: number) => {
    reserved.events += events;
    reserved.bytes += bytes;
  };
  const store = (events: QuarantinedEvent[]) => {
    stored = events;
    bytesStored = events.reduce((sum, { bytes }) => sum + bytes, 0);
  };

  return {
    reserve(bytes) {
      const inUse = usage();
      // Checks the share first: what it refuses must not use up the rate.
      if (inUse.events + 1 > bounds.eventsMax || inUse.bytes + bytes > bounds.bytesMax) return false;
      if (!takeFromRate()) return false;
      reserveMore(1, bytes);
      return true;
    },
    cancel(bytes) {
      reserveMore(-1, -bytes);
    },
    add(event) {
      reserveMore(-1, -event.bytes);
      stored.push(event);
      bytesStored += event.bytes;
      for (const added of reads) added.push(event);
    },
    events: () => stored.filter(({ revision }) => revision >= 0n),
    removeBefore(revision) {
      store(stored.filter((event) => event.revision >= revision));
    },
    async replace(read) {
      const added: QuarantinedEvent[] = [];
      reads.add(added);
      try {
        const present = await read();
        const last = present.at(-1)?.revision ?? -1n;
        store([...present, ...added.filter(({ revision }) => revision < 0n || revision > last)]);
      } finally {
        reads.delete(added);
      }
    },
    usage,
    isFilling: () => usage().events * 2 > bounds.eventsMax || usage().bytes * 2 > bounds.bytesMax,
  };
}

/** True `perMinuteMax` times a minute, spread or in a burst. */
function createTokenBucket(perMinuteMax: number, clock: Clock): () => boolean {
  let tokens = perMinuteMax;
  let filledAtMs = clock();
  return () => {
    const nowMs = clock();
    // A clock that is set back adds no tokens, and takes none.
    const passedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(perMinuteMax, tokens + (passedMs * perMinuteMax) / 60_000);
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
