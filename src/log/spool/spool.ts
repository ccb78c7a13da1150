import type { Clock } from '../../kernel/clock.ts';
import type { SpoolBacklog } from '../../kernel/errors.ts';
import {
  ledgerStreamName,
  StoreUnavailable,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
} from '../event-store.ts';

/** The state of a spool, for metrics, probes and queries. */
export interface SpoolFigures extends SpoolBacklog {
  /** Events since the process started. */
  readonly eventsSpooledTotal: number;
  readonly eventsDrainedTotal: number;
}

/** Counts waiting events, so that the file need not be read. */
export interface SpoolCount {
  /** It was in the spool at start. */
  present(event: RecordedEvent): void;
  /** Before the events are durable, so that concurrent ones respect the bound together. */
  reserve(events: number, bytes: number): void;
  cancel(events: number, bytes: number): void;
  /** The log has acknowledged the event. */
  drained(event: RecordedEvent): void;
  /** When the oldest remaining event arrived; null if none is left. */
  oldestIsFrom(atMs: number | null): void;
  setAside(event: RecordedEvent): void;
  figures(): SpoolFigures;
}

export function createSpoolCount(clock: Clock): SpoolCount {
  let [events, bytes, eventsRefused, eventsSpooledTotal, eventsDrainedTotal] = [0, 0, 0, 0, 0];
  /** Meaningless while nothing waits. */
  let oldestAtMs = 0;
  const add = (moreEvents: number, moreBytes: number) => {
    events += moreEvents;
    bytes += moreBytes;
  };
  return {
    present(event) {
      if (events === 0) oldestAtMs = event.recordedAtMs;
      add(1, bytesOf(event));
    },
    reserve(moreEvents, moreBytes) {
      if (events === 0) oldestAtMs = clock();
      eventsSpooledTotal += moreEvents;
      add(moreEvents, moreBytes);
    },
    cancel(fewerEvents, fewerBytes) {
      eventsSpooledTotal -= fewerEvents;
      add(-fewerEvents, -fewerBytes);
    },
    drained(event) {
      eventsDrainedTotal += 1;
      add(-1, -bytesOf(event));
    },
    oldestIsFrom(atMs) {
      oldestAtMs = atMs ?? oldestAtMs;
    },
    setAside(event) {
      eventsRefused += 1;
      add(-1, -bytesOf(event));
    },
    figures: () => ({
      events,
      bytes,
      oldestAgeMs: events === 0 ? 0 : Math.max(0, clock() - oldestAtMs),
      eventsRefused,
      eventsSpooledTotal,
      eventsDrainedTotal,
    }),
  };
}

/** Bytes of an event, as counted for SPOOL_BYTES_MAX. */
export function bytesOf({ data, metadata }: Pick<NewEvent, 'data' | 'metadata'>): number {
  return data.byteLength + metadata.byteLength;
}

/** How much may wait in a spool. New events beyond that are refused; waiting events are never dropped. */
export interface SpoolBounds {
  /** Bytes of data and metadata that may wait. */
  readonly bytesMax: number;
  /** Milliseconds: while the oldest event has waited longer, new ones are refused. */
  readonly ageMaxMs: number;
}

/** 1 GiB is a million callbacks of 1 KB, in a larger file. A store that is away for 7 days hardly returns by itself. */
export const spoolBounds: SpoolBounds = { bytesMax: 1024 * 1024 * 1024, ageMaxMs: 7 * 24 * 3_600_000 };

/**
 * Events read from the spool and removed from its file together, to need few fsyncs. After a crash at most that many are
 * appended to the log again.
 */
export const batchEventsMax = 1_024;

/** Prefix of the streams with refused events. On disk: it never changes. */
const refusedPrefix = 'refused:';

/** A waiting event. `streamName` is its stream in the log. */
export interface SpooledEvent extends RecordedEvent {
  /** Its stream in the file of the spool. */
  readonly keptIn: string;
}

/**
 * Events that could not be appended to the log in time, durable until they can. It is a log too, in which they have their
 * ids and the names of their final streams.
 */
export interface Spool {
  /**
   * Resolves once the events are durable.
   * @throws StoreUnavailable - a bound is exceeded, or the disk takes nothing; nothing is stored
   */
  keep(streamName: string, events: readonly NewEvent[]): Promise<void>;
  /**
   * The waiting events in order of arrival, without end: from the oldest, or from the first that is not appended. Events of
   * a batch that were appended or set aside do not come again.
   */
  follow(signal: AbortSignal): AsyncIterable<readonly SpooledEvent[]>;
  /** The log has acknowledged this event: it no longer waits, and `clear` will remove it from the file. */
  appended(event: SpooledEvent): void;
  /**
   * The log refuses this event permanently: it is kept apart from waiting events, and tried again after the next start.
   * Resolves with its new position once it is durable there.
   * @throws StoreUnavailable - the disk takes nothing; the event waits as before
   */
  setAside(event: SpooledEvent): Promise<bigint>;
  /** Removes appended and set-aside events from the file. @throws StoreUnavailable - may be repeated */
  clear(): Promise<void>;
  figures(): SpoolFigures;
  /** Why the next event would be refused; null if it would not. */
  fullBecause(): string | null;
}

export interface SpoolOptions {
  /** An embedded log in its own folder. */
  readonly store: EventStore;
  readonly bounds: SpoolBounds;
  readonly clock: Clock;
}

/** Opens a spool, and reads the waiting events to count them. */
export async function openSpool({ store, bounds, clock }: SpoolOptions): Promise<Spool> {
  const count = await countPresent(store, clock);
  /** Events set aside before this position are tried again; those set aside from now on have just been refused. */
  const openedAt = await store.endPosition();
  /** By position, events of the last batches: those done but still in the file, and the others. */
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

/** A stream is truncated only at its beginning: done events after a waiting one stay in the file until that is done too. */
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

/** Whether an event in a spool's file is one that the log has refused permanently. */
export function isSetAside({ streamName }: RecordedEvent): boolean {
  return streamName.startsWith(refusedPrefix);
}
