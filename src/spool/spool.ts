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

/**
 * Events that are read from the spool and removed from its file together, with few fsyncs: at most so many are appended to
 * the log again after a crash.
 */
export const batchEventsMax = 1_024;

/** Begins the names of the streams in which refused events are kept. On disk: it never changes. */
const refusedPrefix = 'refused:';

/** An event that waits. `streamName` is that of the stream of the log that it is for. */
export interface SpooledEvent extends RecordedEvent {
  /** Its stream in the file of the spool. */
  readonly keptIn: string;
}

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
  /**
   * The events that wait, in the order in which they came, without end: from the oldest, or from the first that is not
   * appended. Of a batch, none that was appended or set aside comes again.
   */
  follow(signal: AbortSignal): AsyncIterable<readonly SpooledEvent[]>;
  /** The log has acknowledged this event: it does not wait any more, and `clear` will remove it from the file. */
  appended(event: SpooledEvent): void;
  /**
   * The log refuses this event permanently: it is kept apart from those that wait, and tried again after the next start.
   * Resolves, once it is durable there, with its new position.
   * @throws StoreUnavailable - the disk takes nothing; the event waits as before
   */
  setAside(event: SpooledEvent): Promise<bigint>;
  /** Removes what was appended or set aside from the file. @throws StoreUnavailable - may be repeated */
  clear(): Promise<void>;
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
  /** What was set aside before this position is tried again; what is set aside from now on has just been refused. */
  const openedAt = await store.endPosition();
  /** Events of the last batches that are done and still in the file, and the others, by position. */
  const done = new Map<bigint, SpooledEvent>();
  let waiting = new Map<bigint, SpooledEvent>();
  /** Every event up to this position is done. */
  let doneAt: bigint | null = null;

  const fullBecause = (bytes: number): string | null => {
    const { bytes: waitingBytes, oldestAgeMs } = count.figures();
    if (waitingBytes + bytes > bounds.bytesMax) return 'it has as many bytes as SPOOL_BYTES_MAX allows.';
    return oldestAgeMs > bounds.ageMaxMs ? 'its oldest event has waited longer than SPOOL_AGE_MAX_MS.' : null;
  };

  const isWaiting = ({ keptIn, position }: SpooledEvent) =>
    !done.has(position) && (!keptIn.startsWith(refusedPrefix) || position <= openedAt);

  const finish = (event: SpooledEvent) => {
    waiting.delete(event.position);
    done.set(event.position, event);
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
        const spooled = events.filter(isSpooled).map(toSpooledEvent).filter(isWaiting);
        if (spooled.length === 0) continue;
        waiting = new Map(spooled.map((event) => [event.position, event]));
        yield spooled;
      }
    },

    appended(event) {
      finish(event);
      count.drained(event);
    },

    async setAside(event) {
      const { position } = await store.append(refusedPrefix + event.streamName, [event], 'any');
      finish(event);
      count.setAside(event);
      return position;
    },

    async clear() {
      const removed = [...done.values()];
      await truncateBefore(store, removed, [...waiting.values()]);
      const [oldest] = waiting.keys();
      const newest = removed.reduce((last, { position }) => (position > last ? position : last), doneAt ?? 0n);
      doneAt = oldest === undefined ? newest : oldest - 1n;
      for (const { position } of removed) if (position <= doneAt) done.delete(position);
      count.oldestIsFrom((await store.lagAfter(doneAt)).oldestRecordedAtMs);
    },

    figures: () => count.figures(),
    fullBecause: () => fullBecause(0),
  };
}

/** A stream is truncated at its beginning: events that are done after one that waits stay in the file until that is done. */
async function truncateBefore(
  store: EventStore,
  done: readonly SpooledEvent[],
  waiting: readonly SpooledEvent[],
): Promise<void> {
  const ends = new Map<string, bigint>();
  for (const { keptIn, revision } of done) ends.set(keptIn, maxOf(ends.get(keptIn) ?? 0n, revision + 1n));
  for (const { keptIn, revision } of waiting) {
    const end = ends.get(keptIn);
    if (end !== undefined && revision < end) ends.set(keptIn, revision);
  }
  await Promise.all([...ends].map(([streamName, end]) => store.truncateStream(streamName, end)));
}

function maxOf(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
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

function toSpooledEvent(event: RecordedEvent): SpooledEvent {
  const { streamName: keptIn } = event;
  const streamName = keptIn.startsWith(refusedPrefix) ? keptIn.slice(refusedPrefix.length) : keptIn;
  return { ...event, streamName, keptIn };
}

function isSpooled({ streamName }: RecordedEvent): boolean {
  return streamName !== ledgerStreamName;
}

/** Whether an event in the file of a spool is one that the log has refused permanently. */
export function isSetAside({ streamName }: RecordedEvent): boolean {
  return streamName.startsWith(refusedPrefix);
}
