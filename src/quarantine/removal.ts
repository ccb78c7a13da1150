import { randomUUID } from 'node:crypto';
import { signatureToleranceSeconds } from '../domain/callback/arrival.ts';
import { readTruncation, writeTruncation, type Truncation } from '../domain/quarantine/quarantine-records.ts';
import {
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  truncatedType,
  type QuarantineReason,
} from '../domain/quarantine/quarantine.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import type { QuarantinedEvent, QuarantineShare } from './share.ts';

/**
 * Keeps the streams of quarantine short. Streams are truncated at the beginning: the oldest events of a reason go first.
 */
export interface QuarantineRemoval {
  /**
   * Removes the callbacks that are too old at `nowMs`, and reports what it removed for each reason. Removes decisions when
   * they are twice as old.
   * @throws StoreUnavailable - may be retried
   */
  removeOld(nowMs: number, decisions: KnownDecisions, onRemoved: (removal: Removal) => void): Promise<void>;
  /**
   * If more than half of a share is in use, removes the decided callbacks before that reason's first undecided one.
   * @throws StoreUnavailable - may be retried
   */
  removeDecided(decisions: KnownDecisions): Promise<void>;
}

/** The decisions in the read model. */
export interface KnownDecisions {
  /** The position before which every event of a reason is released or discarded; 0 if none is known. */
  decidedBefore(reason: QuarantineReason): bigint;
  /** How many events of a reason before a position are released or discarded. */
  decidedCount(reason: QuarantineReason, beforePosition: bigint): number;
}

/** The decisions of a node that has no read model. */
export const noKnownDecisions: KnownDecisions = { decidedBefore: () => 0n, decidedCount: () => 0 };

/** Callbacks of one reason removed for their age. */
export interface Removal {
  readonly reason: QuarantineReason;
  readonly events: number;
  /** How many have no known decision. */
  readonly undecided: number;
}

export interface QuarantineRemovalOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'truncateStream'>;
  readonly shares: Readonly<Record<QuarantineReason, QuarantineShare>>;
  readonly ageMaxMs: number;
}

export function createQuarantineRemoval({ store, shares, ageMaxMs }: QuarantineRemovalOptions): QuarantineRemoval {
  return {
    async removeOld(nowMs, decisions, onRemoved) {
      const beforePosition = tooOldBefore(eventsInLogOrder(), nowMs, ageMaxMs);
      for (const reason of quarantineReasons) {
        const events = eventsBefore(reason, beforePosition);
        if (events.length === 0) continue;
        const undecided = events.length - decidedCountOf(decisions, reason, beforePosition);
        await truncate(reason, events);
        onRemoved({ reason, events: events.length, undecided });
      }
      await truncateDecisions(nowMs);
    },

    async removeDecided(decisions) {
      for (const reason of quarantineReasons) {
        if (shares[reason].isFilling()) await truncate(reason, eventsBefore(reason, decisions.decidedBefore(reason)));
      }
    },
  };

  function eventsInLogOrder(): readonly QuarantinedEvent[] {
    const events = quarantineReasons.flatMap((reason) => shares[reason].events());
    return events.sort((one, other) => (one.position < other.position ? -1 : one.position > other.position ? 1 : 0));
  }

  function eventsBefore(reason: QuarantineReason, beforePosition: bigint): readonly QuarantinedEvent[] {
    const events = shares[reason].events();
    const kept = events.findIndex(({ position }) => position >= beforePosition);
    return kept === -1 ? events : events.slice(0, kept);
  }

  /** Removes the given events, which are the first of their stream. */
  async function truncate(reason: QuarantineReason, events: readonly QuarantinedEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    // Recorded first: readers of the log drop the rows it names, whether or not this process lives to truncate.
    await recordTruncation({ reason, beforePosition: last.position + 1n });
    await store.truncateStream(quarantineStreamOf(reason), last.revision + 1n);
    shares[reason].removeBefore(last.revision + 1n);
  }

  /** Decisions outlive their callbacks, or a rebuild would not know them. Twice the age, for readers that lag. */
  async function truncateDecisions(nowMs: number): Promise<void> {
    const judge = createAgeJudge(nowMs, 2 * ageMaxMs);
    const [oldest] = eventsInLogOrder();
    let beforeRevision: bigint | null = null;
    for await (const { recordedAtMs, position, revision } of store.readStream(quarantineDecisionsStream)) {
      const age = judge([recordedAtMs]);
      if (age === 'YOUNG' || (oldest !== undefined && oldest.position < position)) break;
      if (age === 'TOO_OLD') beforeRevision = revision + 1n;
    }
    if (beforeRevision === null) return;
    // However old both are, a reader that joins late may be between a callback and its removal.
    for (const truncation of await truncationsLost(store, beforeRevision)) await recordTruncation(truncation);
    await store.truncateStream(quarantineDecisionsStream, beforeRevision);
  }

  async function recordTruncation(truncation: Truncation): Promise<void> {
    const data = writeTruncation(truncation);
    const event = { eventId: randomUUID(), type: truncatedType, data, metadata: Buffer.from('{}') };
    await store.append(quarantineDecisionsStream, [event], 'any');
  }
}

/** If nothing can be read, nothing counts as decided; what is too old is removed anyway. */
function decidedCountOf(decisions: KnownDecisions, reason: QuarantineReason, beforePosition: bigint): number {
  try {
    return decisions.decidedCount(reason, beforePosition);
  } catch {
    return 0;
  }
}

/** The furthest truncation of each reason that no event from this revision on records: no reader could learn of it. */
async function truncationsLost(
  store: Pick<EventReader, 'readStream'>,
  beforeRevision: bigint,
): Promise<readonly Truncation[]> {
  const lost = new Map<QuarantineReason, bigint>();
  for await (const { type, data, revision } of store.readStream(quarantineDecisionsStream)) {
    const isLost = revision < beforeRevision;
    if (!isLost && lost.size === 0) break;
    const truncation = type === truncatedType ? readTruncation(data) : null;
    if (truncation === null) continue;
    const { reason, beforePosition } = truncation;
    const known = lost.get(reason) ?? -1n;
    if (isLost && beforePosition > known) lost.set(reason, beforePosition);
    if (!isLost && beforePosition >= known) lost.delete(reason);
  }
  return [...lost].map(([reason, beforePosition]) => ({ reason, beforePosition }));
}

/** UNKNOWN: every clock that timed it was ahead. It is removed with the next event that is too old. */
type Age = 'TOO_OLD' | 'YOUNG' | 'UNKNOWN';

/**
 * Judges the ages of events, given in log order with their times of arrival. An event is never older than those before it,
 * so a clock that was slow for a while makes nothing old. A time in the future comes from a fast clock and is ignored. So
 * after the first YOUNG event all are YOUNG.
 */
export function createAgeJudge(nowMs: number, ageMaxMs: number): (timesMs: readonly number[]) => Age {
  const latestCredibleMs = nowMs + signatureToleranceSeconds * 1_000;
  let arrivedMs = -Infinity;
  return (timesMs) => {
    const credible = timesMs.filter((timeMs) => timeMs <= latestCredibleMs);
    if (credible.length === 0) return 'UNKNOWN';
    arrivedMs = Math.max(arrivedMs, ...credible);
    return arrivedMs < nowMs - ageMaxMs ? 'TOO_OLD' : 'YOUNG';
  };
}

/** The position before which all events are too old, across all reasons: the times of one limit the ages of another. */
export function tooOldBefore(events: Iterable<QuarantinedEvent>, nowMs: number, ageMaxMs: number): bigint {
  const judge = createAgeJudge(nowMs, ageMaxMs);
  let beforePosition = 0n;
  for (const { position, timesMs } of events) {
    const age = judge(timesMs);
    if (age === 'YOUNG') break;
    if (age === 'TOO_OLD') beforePosition = position + 1n;
  }
  return beforePosition;
}
