import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { readArrival, writeArrival, type Signature } from '../domain/callback/arrival.ts';
import {
  quarantinedType,
  quarantineStreamOf,
  type Diagnosis,
  type QuarantineReason,
} from '../domain/quarantine/quarantine.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { arrivalTimesMs } from './age.ts';
import type { QuarantineBounds } from './bounds.ts';
import { createQuarantineRemoval, type QuarantineRemoval } from './removal.ts';
import { createQuarantineShare, type Holding, type QuarantineShare } from './share.ts';

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
export interface Quarantine extends QuarantineRemoval {
  /**
   * Resolves with true once it is durable; with false where the share of its reason is used up, in room or in rate: then
   * nothing is stored.
   * @throws StoreUnavailable, StoreOverloaded - nothing is stored; may be retried
   */
  keep(arrival: QuarantinedArrival): Promise<boolean>;
  /** What is in use of each share. */
  usage(reason: QuarantineReason): { readonly events: number; readonly bytes: number };
}

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
      const timesMs = arrivalTimesMs(receivedAtMs, diagnosis);
      const metadata = writeArrival({ receivedAtMs, signature, remoteAddress, quarantine });
      const bytes = body.byteLength + metadata.byteLength;
      if (!share.reserve(bytes)) return false;
      try {
        const event = { eventId: randomUUID(), type: quarantinedType, data: body, metadata };
        share.hold({ ...(await store.append(quarantineStreamOf(reason), [event], 'any')), timesMs, bytes });
      } catch (error) {
        share.cancel(bytes);
        throw error;
      }
      return true;
    },

    usage: (reason) => shares[reason].usage(),
    ...createQuarantineRemoval({ store, shares, ageMaxMs: bounds.ageMaxMs }),
  };
}

async function readHoldings(store: Pick<EventStore, 'readStream'>, reason: QuarantineReason): Promise<Holding[]> {
  const holdings: Holding[] = [];
  for await (const event of store.readStream(quarantineStreamOf(reason))) {
    const { revision, position, recordedAtMs, data, metadata } = event;
    const arrival = readArrival(metadata);
    const timesMs = arrival === null ? [recordedAtMs] : arrivalTimesMs(arrival.receivedAtMs, arrival.quarantine);
    holdings.push({ revision, position, timesMs, bytes: data.byteLength + metadata.byteLength });
  }
  return holdings;
}
