import type { Clock } from '../kernel/clock.ts';
import { StoreUnavailable } from '../event-store/errors.ts';
import { ledgerStreamName, type EventStore, type NewEvent, type RecordedEvent } from '../event-store/event-store.ts';
import { bytesOf, createSpoolCount, type SpoolFigures } from './spool-count.ts';
import type { SpoolBounds } from './bounds.ts';

/** Events that are read from the spool, drained and removed together. */
const batchEventsMax = 256;

/**
 * Events that could not be appended to the log in time, durable here until they are. It is a log of its own, in which they
 * stand with their ids under the names of the streams that they are for.
 */
export interface Spool {
  /**
   * Resolves once the events are durable.
   * @throws StoreUnavailable - a bound is reached, or the disk takes nothing; nothing is kept
   */
  keep(streamName: string, events: readonly NewEvent[]): Promise<void>;
  /** What waits, in the order in which it came, without end: from the oldest, or from where it was left. */
  follow(signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;
  /** These are in the log: in the order in which `follow` told them. What is left out before them stays, until it is told again after a restart. */
  remove(events: readonly RecordedEvent[]): Promise<void>;
  /** The log refuses this one for good: it stays, and what comes after it goes on. */
  setAside(event: RecordedEvent): void;
  figures(): SpoolFigures;
  /** Why the next event would not be kept; null where it would. */
  fullBecause(): string | null;
}

export interface SpoolOptions {
  /** The embedded log in a folder of its own. */
  readonly store: EventStore;
  readonly bounds: SpoolBounds;
  readonly clock: Clock;
}

/** Reads what waits, to count it. */
export async function openSpool({ store, bounds, clock }: SpoolOptions): Promise<Spool> {
  const count = createSpoolCount(clock);
  /** Revision of the first event of a stream that was set aside: streams are cut from their beginning. */
  const keptFrom = new Map<string, bigint>();
  /** Up to here everything was told by `follow` and is removed or set aside. */
  let doneAt: bigint | null = null;

  for await (const { events, caughtUp } of store.followAll({
    after: null,
    batchEventsMax,
    signal: new AbortController().signal,
  })) {
    for (const event of events) if (isSpooled(event)) count.found(event);
    if (caughtUp) break;
  }

  const fullBecause = (bytes: number): string | null => {
    const { bytes: waiting, oldestAgeMs } = count.figures();
    if (waiting + bytes > bounds.bytesMax) return 'SPOOL_BYTES_MAX is reached.';
    return oldestAgeMs > bounds.ageMaxMs ? 'The oldest event in the spool is older than SPOOL_AGE_MAX_MS.' : null;
  };

  return {
    async keep(streamName, events) {
      const bytes = events.reduce((sum, event) => sum + bytesOf(event), 0);
      const full = fullBecause(bytes);
      if (full !== null) throw new StoreUnavailable(`The log is away, and the spool is full: ${full}`);
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
        // At once: where the next one fails, `follow` tells of what is left, and not of these.
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

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) streams.set(event.streamName, [...(streams.get(event.streamName) ?? []), event]);
  return streams;
}

function isSpooled({ streamName }: RecordedEvent): boolean {
  return streamName !== ledgerStreamName;
}
