import type { Clock } from '../kernel/clock.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { ledgerStreamName, type EventStore, type NewEvent, type RecordedEvent } from '../event-store/event-store.ts';
import { bytesOf, createSpoolCount, type SpoolCount, type SpoolFigures } from './spool-count.ts';

/** How much may wait in a spool. New events beyond it are refused; nothing that waits is ever dropped. */
export interface SpoolBounds {
  /** Bytes of data and metadata that may wait. */
  readonly bytesMax: number;
  /** Milliseconds: while the oldest event has waited longer, new ones are refused. */
  readonly ageMaxMs: number;
}

/** 1 GiB is a million callbacks of 1 KB, in a larger file. A store that is away for 7 days hardly returns by itself. */
export const spoolBounds: SpoolBounds = { bytesMax: 1024 * 1024 * 1024, ageMaxMs: 7 * 24 * 3_600_000 };

/** Events that are read from the spool, drained and removed together. */
const batchEventsMax = 256;

/**
 * Events that could not be appended to the log in time, durable until they are. A log of its own, in which they have their
 * ids and the names of the streams that they are for.
 */
export interface Spool {
  /**
   * Resolves once the events are durable.
   * @throws StoreUnavailable - a bound is exceeded, or the disk takes nothing; nothing is stored
   */
  keep(streamName: string, events: readonly NewEvent[]): Promise<void>;
  /** The events that wait, in the order in which they came, without end: from the oldest, or from the first not removed. */
  follow(signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;
  /** The log has these events. In the order of `follow`; one that is left out stays until a restart yields it. */
  remove(events: readonly RecordedEvent[]): Promise<void>;
  /** The log refuses this event permanently: it stays in the spool and blocks no others. */
  setAside(event: RecordedEvent): void;
  figures(): SpoolFigures;
  /** Why the next event would be refused; null if it would not. */
  fullBecause(): string | null;
}

export interface SpoolOptions {
  /** An embedded log in a folder of its own. */
  readonly store: EventStore;
  readonly bounds: SpoolBounds;
  readonly clock: Clock;
}

/** Opens a spool; reads the events that wait, to count them. */
export async function openSpool({ store, bounds, clock }: SpoolOptions): Promise<Spool> {
  const count = await countPresent(store, clock);
  /** Revision of the first event of a stream that was set aside: streams are truncated at their beginning. */
  const keptFrom = new Map<string, bigint>();
  /** Every event up to this position was yielded by `follow` and is removed or set aside. */
  let doneAt: bigint | null = null;

  const fullBecause = (bytes: number): string | null => {
    const { bytes: waiting, oldestAgeMs } = count.figures();
    if (waiting + bytes > bounds.bytesMax) return 'it has as many bytes as SPOOL_BYTES_MAX allows.';
    return oldestAgeMs > bounds.ageMaxMs ? 'its oldest event has waited longer than SPOOL_AGE_MAX_MS.' : null;
  };

  return {
    async keep(streamName, events) {
      const bytes = events.reduce((sum, event) => sum + bytesOf(event), 0);
      const full = fullBecause(bytes);
      if (full !== null) throw new StoreUnavailable(`EventStoreDB is away, and the spool is full: ${full}`);
      count.reserve(events.length, bytes);
      try {
        await store.append(streamName, events, 'any');
      } catch (error) {
        count.cancel(events.length, bytes);
        throw error;
      }
    },

    async *follow(signal) {
      for await (const { events } of store.followAll({ after: doneAt, batchEventsMax, signal })) {
        const spooled = events.filter(isSpooled);
        if (spooled.length > 0) yield spooled;
      }
    },

    async remove(events) {
      const last = events.at(-1);
      if (last === undefined) return;
      const left: RecordedEvent[] = [];
      for (const [streamName, drained] of byStream(events)) {
        const end = (drained.at(-1)?.revision ?? -1n) + 1n;
        const kept = keptFrom.get(streamName) ?? end;
        const before = kept < end ? kept : end;
        await store.truncateStream(streamName, before);
        // Counted at once: if truncating the next stream fails, `follow` yields the events of the others again, not these.
        count.removed(drained.filter(({ revision }) => revision < before));
        left.push(...drained.filter(({ revision }) => revision >= before));
      }
      doneAt = last.position;
      count.removed(left);
      count.oldestIsFrom((await store.lagAfter(doneAt)).oldestRecordedAtMs);
    },

    setAside(event) {
      doneAt = event.position;
      if (!keptFrom.has(event.streamName)) keptFrom.set(event.streamName, event.revision);
      count.setAside(event);
    },

    figures: () => count.figures(),
    fullBecause: () => fullBecause(0),
  };
}

async function countPresent(store: EventStore, clock: Clock): Promise<SpoolCount> {
  const count = createSpoolCount(clock);
  const { signal } = new AbortController();
  for await (const { events, caughtUp } of store.followAll({ after: null, batchEventsMax, signal })) {
    for (const event of events) if (isSpooled(event)) count.present(event);
    if (caughtUp) break;
  }
  return count;
}

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) streams.set(event.streamName, [...(streams.get(event.streamName) ?? []), event]);
  return streams;
}

function isSpooled({ streamName }: RecordedEvent): boolean {
  return streamName !== ledgerStreamName;
}
