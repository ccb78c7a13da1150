import { randomUUID } from 'node:crypto';
import { writeTruncation } from '../domain/quarantine/quarantine-records.ts';
import {
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  truncatedType,
  type QuarantineReason,
} from '../domain/quarantine/quarantine.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { truncationsLost } from './truncations.ts';
import { createAgeJudge, tooOldBefore } from './age.ts';
import { inOrderOfLog, type Holding, type QuarantineShare } from './share.ts';

/** How the streams of quarantine are kept short. They are cut at their beginning: what is removed is the oldest of a reason. */
export interface QuarantineRemoval {
  /** Removes what is too old by then, and tells of each reason what it has removed. Decisions go when they are twice as old. */
  removeOld(nowMs: number, decisions: KnownDecisions, onRemoved: (removal: Removal) => void): Promise<void>;
  /**
   * Removes what is decided, where more than half of a share is in use: what stands before the first HELD one of its reason,
   * because streams are cut at their beginning.
   */
  removeDecided(decisions: KnownDecisions): Promise<void>;
}

/** What is known of decisions: a port, because readers know. */
export interface KnownDecisions {
  /** The position before which every event of a reason is released or discarded; 0 where nothing is known. */
  decidedBefore(reason: QuarantineReason): bigint;
  /** How many of a reason before a position are released or discarded. */
  decidedCount(reason: QuarantineReason, beforePosition: bigint): number;
}

/** What was removed of one reason by its age. */
export interface Removal {
  readonly reason: QuarantineReason;
  readonly events: number;
  /** How many of them nobody is known to have decided on. */
  readonly undecided: number;
}

export interface QuarantineRemovalOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'truncateStream'>;
  readonly shares: Readonly<Record<QuarantineReason, QuarantineShare>>;
  /** Milliseconds that a quarantined callback is kept. */
  readonly ageMaxMs: number;
}

export function createQuarantineRemoval({ store, shares, ageMaxMs }: QuarantineRemovalOptions): QuarantineRemoval {
  return {
    async removeOld(nowMs, decisions, onRemoved) {
      const beforePosition = tooOldBefore(allHoldings(), nowMs, ageMaxMs);
      for (const reason of quarantineReasons) {
        const events = holdingsBefore(reason, beforePosition);
        if (events.length === 0) continue;
        const undecided = events.length - decidedCountOf(decisions, reason, beforePosition);
        await cut(reason, events);
        onRemoved({ reason, events: events.length, undecided });
      }
      await cutDecisions(nowMs);
    },

    async removeDecided(decisions) {
      for (const reason of quarantineReasons) {
        if (shares[reason].isFilling()) await cut(reason, holdingsBefore(reason, decisions.decidedBefore(reason)));
      }
    },
  };

  function allHoldings(): Iterable<Holding> {
    return inOrderOfLog(quarantineReasons.map((reason) => shares[reason].holdings()));
  }

  function holdingsBefore(reason: QuarantineReason, beforePosition: bigint): readonly Holding[] {
    const holdings = shares[reason].holdings();
    const kept = holdings.findIndex(({ position }) => position >= beforePosition);
    return kept === -1 ? holdings : holdings.slice(0, kept);
  }

  /** Removes these: the first ones of a stream. */
  async function cut(reason: QuarantineReason, holdings: readonly Holding[]): Promise<void> {
    const last = holdings.at(-1);
    if (last === undefined) return;
    // Told before it is done: readers of the log drop what it names, whether or not this process lives to do it.
    const truncation = writeTruncation({ reason, beforePosition: last.position + 1n });
    await appendDecision(truncatedType, truncation);
    await store.truncateStream(quarantineStreamOf(reason), last.revision + 1n);
    shares[reason].forgetBefore(last.revision + 1n);
  }

  /** Decisions outlive what they are about, else a rebuild would not know them. Twice the age: for readers that are behind. */
  async function cutDecisions(nowMs: number): Promise<void> {
    const judge = createAgeJudge(nowMs, 2 * ageMaxMs);
    const [oldest] = allHoldings();
    let beforeRevision: bigint | null = null;
    for await (const { recordedAtMs, position, revision } of store.readStream(quarantineDecisionsStream)) {
      const age = judge([recordedAtMs]);
      if (age === 'YOUNG' || (oldest !== undefined && oldest.position < position)) break;
      if (age === 'TOO_OLD') beforeRevision = revision + 1n;
    }
    if (beforeRevision === null) return;
    // A reader may be between a callback and its removal, however old both are: one that joins late is.
    for (const truncation of await truncationsLost(store, beforeRevision)) {
      await appendDecision(truncatedType, writeTruncation(truncation));
    }
    await store.truncateStream(quarantineDecisionsStream, beforeRevision);
  }

  async function appendDecision(type: string, data: Uint8Array): Promise<void> {
    const event = { eventId: randomUUID(), type, data, metadata: Buffer.from('{}') };
    await store.append(quarantineDecisionsStream, [event], 'any');
  }
}

/** Where nothing can be known, nothing is known to be decided: it must not keep what is too old. */
function decidedCountOf(decisions: KnownDecisions, reason: QuarantineReason, beforePosition: bigint): number {
  try {
    return decisions.decidedCount(reason, beforePosition);
  } catch {
    return 0;
  }
}
