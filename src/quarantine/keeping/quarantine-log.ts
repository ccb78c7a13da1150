import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { writeArrival, type Arrival } from '../../callbacks/arrival.ts';
import {
  eventOverheadBytes,
  forEachReason,
  fullInSeconds,
  quarantinedType,
  quarantineReasonOf,
  quarantineReasons,
  quarantineStreamOf,
  quarantineStreamPrefix,
  storedBytesOf,
  type Diagnosis,
  type QuarantineReason,
  senderOf,
} from '../quarantine.ts';
import type { EventReader, NewEvent } from '../../log/event-store.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import { createGrowth, QuarantineShare, type QuarantineBounds } from './share.ts';
import { Lane } from './lane.ts';
import { removeOld, type QuarantineLog, type QuarantineShares, type Removal, Displacement } from './removal.ts';

/** An arrival to quarantine, with the reason. */
interface QuarantinedArrival extends Pick<Arrival, 'receivedAtMs' | 'signature' | 'remoteAddress' | 'contentType'> {
  /** Fixed before the first attempt to store it. */
  readonly eventId: string;
  readonly reason: QuarantineReason;
  readonly diagnosis: Diagnosis;
  /** The body, byte for byte as it was sent. */
  readonly body: Uint8Array;
}

/**
 * STORED: it is durable. BUSY: too much of its sender waits to be stored. FULL: there is no room for it, though the oldest of
 * whoever has most are being removed. Nothing is stored in the last two cases.
 */
type KeepOutcome = 'STORED' | 'BUSY' | 'FULL';

/** How full the quarantine of a reason is. */
export interface QuarantineFigures {
  readonly events: number;
  readonly bytes: number;
  readonly bytesMax: number;
  /** Seconds until it is full at the present rate; null if it does not grow. */
  readonly fullInSeconds: number | null;
  /** Events removed since the start to make room. */
  readonly displacedTotal: number;
}

/**
 * Callbacks that are not facts: in streams of their own in the same log, one for each reason and sender. Bounded in bytes.
 * Nobody can displace what others sent: what makes room is the oldest of whoever has most.
 */
export interface Quarantine {
  /** @throws StoreUnavailable, StoreOverloaded - may be retried; nothing is stored, unless the error says that it may be */
  keep(arrival: QuarantinedArrival): Promise<KeepOutcome>;
  figures(): Readonly<Record<QuarantineReason, QuarantineFigures>>;
  /**
   * Removes what is too old at `nowMs`, and returns what it removed for each reason. Removes decisions when they are twice as
   * old. Runs after what is being counted or removed already.
   * @throws StoreUnavailable - may be retried
   */
  removeOld(nowMs: number): Promise<readonly Removal[]>;
  /** Resolves once what was in the log at the opening is counted, and what is too much is removed. For tests. */
  settled(): Promise<void>;
  /** Stores what waits, and ends what is being removed. */
  close(): Promise<void>;
}

interface QuarantineOptions {
  readonly store: QuarantineLog;
  readonly bounds: QuarantineBounds;
  /** The event with the bytes that it will have in the log, if personal data are sealed. */
  readonly sealed?: (streamName: string, event: NewEvent) => NewEvent;
  /** Asked once a second at most: while it is true, the quarantine does not grow. */
  readonly isDiskNearlyFull?: () => boolean;
  readonly elapsedMs?: Clock;
  readonly logger: Logger;
}

/**
 * The quarantine of a log that only this process appends to. Callbacks are taken at once; what the log has already is counted
 * meanwhile, slice by slice. Until then nothing is removed, and what comes counts alone.
 */
export async function openQuarantine(
  options: QuarantineOptions & { readonly reader: Pick<EventReader, 'streamSizes' | 'endPosition'> },
): Promise<Quarantine> {
  const { reader } = options;
  // Before the first arrival, which is counted when it is stored.
  const upTo = await reader.endPosition();
  return createQuarantine(options, { toCount: () => reader.streamSizes(quarantineStreamPrefix, upTo) });
}

/**
 * The quarantine of a log that other nodes append to as well, and whose streams can't be listed. It counts what this process
 * appends. `copy`: the node's copy of the log, by which it finds the streams of others, to remove what is too old; null while
 * there is none.
 */
export function createSharedQuarantine(
  options: QuarantineOptions & { readonly copy: () => Pick<EventReader, 'streamSizes' | 'endPosition'> | null },
): Quarantine {
  const listed = async () => {
    const copy = options.copy();
    const streamNames = quarantineReasons.map((reason) => quarantineStreamOf(reason));
    if (copy === null) return streamNames;
    const sizes = copy.streamSizes(quarantineStreamPrefix, await copy.endPosition());
    for await (const { streamName } of sizes) if (quarantineReasonOf(streamName) !== null) streamNames.push(streamName);
    return streamNames;
  };
  return createQuarantine(options, { listed });
}

interface Existing {
  /** What the log has, to be counted once. */
  readonly toCount?: () => ReturnType<EventReader['streamSizes']>;
  /** Streams that may have something too old, beside those that are counted. */
  readonly listed?: () => Promise<readonly string[]>;
}

function createQuarantine(options: QuarantineOptions, { toCount, listed }: Existing): Quarantine {
  const { store, bounds, elapsedMs = steadyClock, logger } = options;
  const shares = forEachReason((reason) => new QuarantineShare(reason, bounds));
  const growths = forEachReason(() => createGrowth(elapsedMs));
  const displacement = new Displacement({ store, shares, bounds, elapsedMs, logger });
  const append = (streamName: string, events: readonly NewEvent[]) => store.append(streamName, events, 'any');
  const lane = new Lane({ append, bounds: bounds.lane, elapsedMs });
  const seeDisk = createDiskWatch(options, displacement, elapsedMs);
  if (toCount !== undefined) {
    displacement
      .enqueue(() => countExisting(toCount(), shares, displacement))
      .catch((error: unknown) => {
        logger.error(describeFault(error), 'counting the callbacks in quarantine failed; it counts those to come');
      });
  }

  return {
    async keep({ eventId, reason, diagnosis, body, ...arrival }) {
      const share = shares[reason];
      const streamName = share.streamOf(senderOf(arrival.remoteAddress));
      const metadata = writeArrival({ ...arrival, quarantine: { reason, ...diagnosis } });
      const event = { eventId, type: quarantinedType, data: body, metadata };
      const bytes = storedBytesOf(options.sealed?.(streamName, event) ?? event);
      seeDisk();
      if (!share.reserve(streamName, bytes, displacement.bytesMax(reason))) return 'FULL';
      let isStored = false;
      try {
        isStored = await lane.enter(streamName, event, bytes);
      } finally {
        if (!isStored) share.cancel(streamName, bytes);
      }
      if (!isStored) return 'BUSY';
      share.store(streamName, bytes);
      growths[reason].add(bytes);
      displacement.check(reason);
      return 'STORED';
    },
    figures: () =>
      forEachReason((reason) => {
        const { events, bytes } = shares[reason].usage();
        const bytesMax = displacement.bytesMax(reason);
        const bytesPerSecond = growths[reason].bytesPerSecond();
        const seconds = fullInSeconds({ bytes, bytesPerSecond }, bytesMax);
        return { events, bytes, bytesMax, fullInSeconds: seconds, displacedTotal: displacement.total(reason) };
      }),
    removeOld: (nowMs) =>
      displacement.enqueue(async () => {
        const counted = quarantineReasons.flatMap((reason) => shares[reason].streams());
        const streamNames = new Set([...counted, ...((await listed?.()) ?? [])]);
        return removeOld({ store, shares }, [...streamNames], { nowMs, ageMaxMs: bounds.ageMaxMs });
      }),
    settled: () => displacement.idle(),
    async close() {
      await lane.close();
      await displacement.close();
    },
  };
}

async function countExisting(
  streams: ReturnType<EventReader['streamSizes']>,
  shares: QuarantineShares,
  displacement: Displacement,
): Promise<void> {
  for await (const { streamName, events, bytes } of streams) {
    if (displacement.isClosed) return;
    const reason = quarantineReasonOf(streamName);
    if (reason !== null) shares[reason].count(streamName, { events, bytes: bytes + events * eventOverheadBytes });
  }
  for (const reason of quarantineReasons) displacement.check(reason);
}

/** Milliseconds between two looks at the disk. */
const diskSeenEveryMs = 1_000;

/** The returned function is cheap enough to be called for each callback. */
function createDiskWatch(
  { isDiskNearlyFull = () => false }: QuarantineOptions,
  displacement: Displacement,
  elapsedMs: Clock,
): () => void {
  let seenAtMs = -Infinity;
  return () => {
    const nowMs = elapsedMs();
    if (nowMs - seenAtMs < diskSeenEveryMs) return;
    seenAtMs = nowMs;
    displacement.noteDisk(isDiskNearlyFull());
  };
}
