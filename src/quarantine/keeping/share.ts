import type { Clock } from '../../kernel/clock.ts';
import {
  presentRateMs,
  quarantineBytesMax,
  quarantineStreamOf,
  type QuarantineReason,
  unknownSender,
} from '../quarantine.ts';

/** What one sender has in quarantine for one reason: one stream of the log. */
interface Part {
  readonly streamName: string;
  readonly events: number;
  /** Bytes in the log. */
  readonly bytes: number;
}

/** Events of one stream that were appended or removed. */
export interface EventSum {
  readonly events: number;
  readonly bytes: number;
}

interface Counted {
  events: number;
  bytes: number;
  /** Bytes that were let in and are not stored yet. */
  reserved: number;
}

/**
 * How much each sender has in the quarantine of one reason, and what may still come in. It counts per sender and not per
 * event, so its memory is bounded by the number of senders.
 */
export class QuarantineShare {
  private readonly parts = new Map<string, Counted>();
  private readonly sum: Counted = { events: 0, bytes: 0, reserved: 0 };

  constructor(
    private readonly reason: QuarantineReason,
    private readonly bounds: { readonly slackBytes: number; readonly sendersMax: number },
  ) {}

  /** The stream for a sender. Where there are too many senders already, new ones share one. */
  streamOf(sender: string): string {
    const streamName = quarantineStreamOf(this.reason, sender);
    const isDistinguished = this.parts.has(streamName) || this.parts.size < this.bounds.sendersMax;
    return isDistinguished ? streamName : quarantineStreamOf(this.reason, unknownSender);
  }

  /**
   * Reserves room before an append, where `bytesMax` and the slack above it allow that. Who has less than an equal part may
   * use twice the slack.
   */
  reserve(streamName: string, bytes: number, bytesMax: number): boolean {
    const { bytes: stored = 0, reserved = 0 } = this.parts.get(streamName) ?? {};
    const { slackBytes } = this.bounds;
    const isSmall = stored + reserved + bytes < this.equalPart(bytesMax);
    const limit = bytesMax + (isSmall ? 2 * slackBytes : slackBytes);
    if (this.sum.bytes + this.sum.reserved + bytes > limit) return false;
    this.change(streamName, { events: 0, bytes: 0, reserved: bytes });
    return true;
  }

  /** The append failed: gives the room back. */
  cancel(streamName: string, bytes: number): void {
    this.change(streamName, { events: 0, bytes: 0, reserved: -bytes });
  }

  /** The append succeeded: the event uses the reserved room. */
  store(streamName: string, bytes: number): void {
    this.change(streamName, { events: 1, bytes, reserved: -bytes });
  }

  /** Counts events that are in the log already. */
  count(streamName: string, { events, bytes }: EventSum): void {
    this.change(streamName, { events, bytes, reserved: 0 });
  }

  /** These events were removed from the log. */
  remove(streamName: string, { events, bytes }: EventSum): void {
    this.change(streamName, { events: -events, bytes: -bytes, reserved: 0 });
  }

  /** Who has most in the log; null if nobody has anything. */
  most(): Part | null {
    let most: Part | null = null;
    for (const [streamName, { events, bytes }] of this.parts) {
      if (bytes > (most?.bytes ?? 0)) most = { streamName, events, bytes };
    }
    return most;
  }

  /** Bytes of each sender, if all had the same. */
  equalPart(bytesMax: number): number {
    return bytesMax / Math.max(1, this.parts.size);
  }

  /** The streams of all who have anything. */
  streams(): readonly string[] {
    return [...this.parts.keys()];
  }

  /** What is in the log. */
  usage(): EventSum {
    const { events, bytes } = this.sum;
    return { events, bytes };
  }

  private change(streamName: string, by: Counted): void {
    const part = this.parts.get(streamName) ?? { events: 0, bytes: 0, reserved: 0 };
    for (const counted of [part, this.sum]) {
      counted.events += by.events;
      counted.bytes += by.bytes;
      counted.reserved += by.reserved;
    }
    // A node that shares its log may find less in a stream than it has appended, or more.
    if (part.bytes <= 0 && part.reserved === 0) {
      this.sum.events -= part.events;
      this.sum.bytes -= part.bytes;
      this.parts.delete(streamName);
    } else {
      this.parts.set(streamName, part);
    }
  }
}

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
   * use twice as much, so that it is not refused because others are faster than the removal, as long as less than twice
   * as much arrives at once.
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

/** How fast something grows at present. */
interface Growth {
  add(bytes: number): void;
  bytesPerSecond(): number;
}

/** Bytes per second below which nothing grows: a callback in hours. */
const bytesPerSecondLeast = 0.1;

/** An average in which the last minutes count most. `elapsedMs`: a monotonic clock. */
export function createGrowth(elapsedMs: Clock): Growth {
  const begunMs = elapsedMs();
  let atMs = begunMs;
  let weighted = 0;
  const decay = () => {
    const nowMs = elapsedMs();
    weighted *= Math.exp((atMs - nowMs) / presentRateMs);
    atMs = nowMs;
  };
  return {
    add(bytes) {
      decay();
      weighted += bytes;
    },
    bytesPerSecond() {
      decay();
      // All weights since the beginning, so that the first minutes are not underestimated; at least those of a second.
      const passedMs = Math.max(1_000, atMs - begunMs);
      const weights = presentRateMs * (1 - Math.exp(-passedMs / presentRateMs));
      const rate = (weighted / weights) * 1_000;
      return rate < bytesPerSecondLeast ? 0 : rate;
    },
  };
}
