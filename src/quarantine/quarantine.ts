import type { Clock } from '../kernel/clock.ts';
import { readArrival, writeArrival, type Arrival } from '../domain/callback/arrival.ts';
import {
  quarantinedType,
  quarantineReasons,
  quarantineStreamOf,
  type Diagnosis,
  type QuarantineReason,
} from '../domain/quarantine/quarantine.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { createQuarantineRemoval, type QuarantineRemoval } from './removal.ts';
import { createQuarantineShare, type QuarantineBounds, type QuarantinedEvent, type ShareUsage } from './share.ts';

/** An arrival to quarantine, with the reason. */
export interface QuarantinedArrival extends Pick<
  Arrival,
  'receivedAtMs' | 'signature' | 'remoteAddress' | 'contentType'
> {
  /** Fixed before the first attempt to store it. */
  readonly eventId: string;
  readonly reason: QuarantineReason;
  readonly diagnosis: Diagnosis;
  /** The body, byte for byte as it was sent. */
  readonly body: Uint8Array;
}

/** Callbacks that are not facts: in their own streams in the same log, within each reason's bounds. */
export interface Quarantine extends QuarantineRemoval {
  /**
   * True once the arrival is durable; false if its reason's share is used up, in room or rate: nothing is stored.
   * @throws StoreUnavailable, StoreOverloaded - may be retried; nothing is stored, unless the error says that it may be
   */
  keep(arrival: QuarantinedArrival): Promise<boolean>;
  /** How much of a reason's share is in use. */
  usage(reason: QuarantineReason): ShareUsage;
  /**
   * Counts the log's events again: of other nodes, and from the spool. Current appends and the rate stay counted.
   * @throws StoreUnavailable - nothing has changed; may be retried
   */
  reread(): Promise<void>;
}

export interface QuarantineOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'truncateStream'>;
  readonly bounds: QuarantineBounds;
  readonly clock: Clock;
}

/**
 * For a log that only this process appends to. Reads the streams, at most their shares, so that a restart frees no room.
 */
export async function openQuarantine(options: QuarantineOptions): Promise<Quarantine> {
  const quarantine = createQuarantine(options);
  await quarantine.reread();
  return quarantine;
}

/**
 * The quarantine of a log that other nodes append to as well, and that may be away now. Its shares are empty until first
 * read; each removal reads them again before it removes anything.
 */
export function createSharedQuarantine(options: QuarantineOptions): Quarantine {
  const quarantine = createQuarantine(options);
  return {
    ...quarantine,
    async removeOld(...given) {
      await quarantine.reread();
      await quarantine.removeOld(...given);
    },
    async removeDecided(...given) {
      await quarantine.reread();
      await quarantine.removeDecided(...given);
    },
  };
}

function createQuarantine({ store, bounds, clock }: QuarantineOptions): Quarantine {
  const shareOf = (reason: QuarantineReason) => createQuarantineShare(bounds.shares[reason], clock);
  const shares = {
    FORGED: shareOf('FORGED'),
    UNPROVEN: shareOf('UNPROVEN'),
    EXPIRED: shareOf('EXPIRED'),
    UNREADABLE: shareOf('UNREADABLE'),
  };

  return {
    async keep({ eventId, reason, diagnosis, body, ...arrival }) {
      const share = shares[reason];
      const timesMs = arrivalTimesMs(arrival.receivedAtMs, diagnosis);
      const quarantine = { reason, ...diagnosis };
      const metadata = writeArrival({ ...arrival, quarantine });
      const bytes = body.byteLength + metadata.byteLength;
      if (!share.reserve(bytes)) return false;
      try {
        const event = { eventId, type: quarantinedType, data: body, metadata };
        const { revision, position } = await store.append(quarantineStreamOf(reason), [event], 'any');
        share.add({ revision, position, timesMs, bytes });
      } catch (error) {
        share.cancel(bytes);
        throw error;
      }
      return true;
    },
    usage: (reason) => shares[reason].usage(),
    async reread() {
      for (const reason of quarantineReasons) await shares[reason].replace(() => readEvents(store, reason));
    },
    ...createQuarantineRemoval({ store, shares, ageMaxMs: bounds.ageMaxMs }),
  };
}

async function readEvents(
  store: Pick<EventStore, 'readStream'>,
  reason: QuarantineReason,
): Promise<QuarantinedEvent[]> {
  const events: QuarantinedEvent[] = [];
  for await (const event of store.readStream(quarantineStreamOf(reason))) {
    const { revision, position, recordedAtMs, data, metadata } = event;
    const arrival = readArrival(metadata);
    const timesMs = arrival === null ? [recordedAtMs] : arrivalTimesMs(arrival.receivedAtMs, arrival.quarantine);
    events.push({ revision, position, timesMs, bytes: data.byteLength + metadata.byteLength });
  }
  return events;
}

/** Our clock, and CSS's if a right `sign` proves its time: ours may have been the wrong one. */
function arrivalTimesMs(receivedAtMs: number, diagnosis: Diagnosis | undefined): readonly number[] {
  if (diagnosis?.check !== 'CLOCK' || diagnosis.secondsOff === undefined) return [receivedAtMs];
  return [receivedAtMs, receivedAtMs + diagnosis.secondsOff * 1_000];
}
