import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { readArrival, writeArrival, type Signature } from '../domain/arrival.ts';
import { writeTruncation } from '../domain/quarantine-decisions.ts';
import {
  quarantinedType,
  quarantineDecisionsStream,
  quarantineReasons,
  quarantineStreamOf,
  truncatedType,
  type Diagnosis,
  type QuarantineReason,
} from '../domain/quarantine.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { QuarantineBounds } from './quarantine-bounds.ts';
import { createQuarantineShare, type Holding, type QuarantineShare } from './quarantine-share.ts';

/** An arrival that is kept apart, with why. */
export interface QuarantinedArrival {
  readonly reason: QuarantineReason;
  readonly diagnosis: Diagnosis;
  /** The body, byte for byte as it was sent. */
  readonly body: Uint8Array;
  readonly receivedAtMs: number;
  readonly signature: Signature;
  readonly remoteAddress: string;
}

/** What is kept apart from the facts: streams of their own in the same log, each within its bounds. */
export interface Quarantine {
  /**
   * Resolves with true once it is durable; with false where the share of its reason is used up, in room or in rate: then
   * nothing is stored.
   * @throws StoreUnavailable, StoreOverloaded - nothing is stored; may be retried
   */
  keep(arrival: QuarantinedArrival): Promise<boolean>;
  /**
   * Removes from each stream what is too old, and, where more than half of the share is in use, what is decided: events at
   * the beginning of a stream only, as streams are cut.
   */
  sweep(decidedBefore: DecidedBefore): Promise<void>;
  /** What is in use of each share. */
  usage(reason: QuarantineReason): { readonly events: number; readonly bytes: number };
}

/** The position before which every event of a reason is known to be released or discarded; 0 where nothing is known. */
export type DecidedBefore = (reason: QuarantineReason) => bigint | Promise<bigint>;

export interface QuarantineOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'truncateStream'>;
  readonly bounds: QuarantineBounds;
  readonly clock: Clock;
}

/** Reads what the streams of quarantine hold, at most their shares, so that a restart gives nobody more room. */
export async function openQuarantine({ store, bounds, clock }: QuarantineOptions): Promise<Quarantine> {
  const open = async (reason: QuarantineReason): Promise<QuarantineShare> =>
    createQuarantineShare(bounds.shares[reason], clock, await readHoldings(store, reason));
  const shares: Readonly<Record<QuarantineReason, QuarantineShare>> = {
    FORGED: await open('FORGED'),
    UNPROVEN: await open('UNPROVEN'),
    EXPIRED: await open('EXPIRED'),
    UNREADABLE: await open('UNREADABLE'),
  };

  return {
    async keep({ reason, diagnosis, body, receivedAtMs, signature, remoteAddress }) {
      const share = shares[reason];
      const quarantine = { reason, ...diagnosis };
      const metadata = writeArrival({ receivedAtMs, signature, remoteAddress, quarantine });
      const bytes = body.byteLength + metadata.byteLength;
      if (!share.reserve(bytes)) return false;
      try {
        const event = { eventId: randomUUID(), type: quarantinedType, data: body, metadata };
        share.hold({ ...(await store.append(quarantineStreamOf(reason), [event], 'any')), receivedAtMs, bytes });
      } catch (error) {
        share.cancel(bytes);
        throw error;
      }
      return true;
    },

    async sweep(decidedBefore) {
      for (const reason of quarantineReasons) await cut(reason, await decidedBefore(reason));
      await cutDecisions();
    },

    usage: (reason) => shares[reason].usage(),
  };

  async function cut(reason: QuarantineReason, decidedBefore: bigint): Promise<void> {
    const share = shares[reason];
    const youngerThanMs = clock() - bounds.ageMaxMs;
    const mayFree = share.isFilling();
    const holdings = share.holdings();
    const kept = holdings.findIndex(
      ({ receivedAtMs, position }) => receivedAtMs >= youngerThanMs && !(mayFree && position < decidedBefore),
    );
    const last = holdings.at(kept === -1 ? -1 : kept - 1);
    if (kept === 0 || last === undefined) return;
    // Told before it is done: readers of the log drop what it names, whether or not this process lives to do it.
    const truncation = writeTruncation({ reason, beforePosition: last.position + 1n });
    await appendDecision(truncatedType, truncation);
    await store.truncateStream(quarantineStreamOf(reason), last.revision + 1n);
    share.forgetBefore(last.revision + 1n);
  }

  /** Decisions outlive what they are about: twice the age, so that a clock that was set back revives nothing. */
  async function cutDecisions(): Promise<void> {
    const youngerThanMs = clock() - 2 * bounds.ageMaxMs;
    let beforeRevision: bigint | null = null;
    for await (const { recordedAtMs, revision } of store.readStream(quarantineDecisionsStream)) {
      if (recordedAtMs >= youngerThanMs) break;
      beforeRevision = revision + 1n;
    }
    if (beforeRevision !== null) await store.truncateStream(quarantineDecisionsStream, beforeRevision);
  }

  async function appendDecision(type: string, data: Uint8Array): Promise<void> {
    const event = { eventId: randomUUID(), type, data, metadata: Buffer.from('{}') };
    await store.append(quarantineDecisionsStream, [event], 'any');
  }
}

async function readHoldings(store: Pick<EventStore, 'readStream'>, reason: QuarantineReason): Promise<Holding[]> {
  const holdings: Holding[] = [];
  for await (const event of store.readStream(quarantineStreamOf(reason))) {
    const { revision, position, recordedAtMs, data, metadata } = event;
    const receivedAtMs = readArrival(metadata)?.receivedAtMs ?? recordedAtMs;
    holdings.push({ revision, position, receivedAtMs, bytes: data.byteLength + metadata.byteLength });
  }
  return holdings;
}
