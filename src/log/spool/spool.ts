import type { Clock } from '../../kernel/clock.ts';
import type { SpoolBacklog } from '../../kernel/errors.ts';
import {
  bytesOf,
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

interface SpoolOptions {
  /** An embedded log in its own folder. */
  readonly store: EventStore;
  readonly bounds: SpoolBounds;
  readonly clock: Clock;
}

/** Opens a spool, and reads the waiting events to count them. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { store } = options;
  const spool = new Spool(options, await store.endPosition());
  const { signal } = new AbortController();
  for await (const { events, caughtUp } of store.followAll({ after: null, batchEventsMax, signal })) {
    for (const event of events) if (isSpooled(event)) spool.countPresent(event);
    if (caughtUp) break;
  }
  return spool;
}

/**
 * Events that could not be appended to the log in time, durable until they can. It is a log too, in which they have their
 * ids and the names of their final streams.
 */
export class Spool {
  /** Of waiting events, so that the file need not be read. */
  private events = 0;
  private bytes = 0;
  /** Meaningless while nothing waits. */
  private oldestAtMs = 0;
  private eventsRefused = 0;
  private eventsSpooledTotal = 0;
  private eventsDrainedTotal = 0;
  /** By position, events of the last batches: those done but still in the file, and the others. */
  private readonly done = new Map<bigint, SpooledEvent>();
  private waiting = new Map<bigint, SpooledEvent>();
  /** Every event up to this position is done. */
  private doneAt: bigint | null = null;

  /** Events set aside before `openedAt` are tried again; those set aside from now on have just been refused. */
  constructor(
    private readonly options: SpoolOptions,
    private readonly openedAt: bigint,
  ) {}

  /** Counts an event that was in the file at start. */
  countPresent(event: RecordedEvent): void {
    if (this.events === 0) this.oldestAtMs = event.recordedAtMs;
    this.count(1, bytesOf([event]));
  }

  /**
   * Resolves once the events are durable.
   * @throws StoreUnavailable - a bound is exceeded, or the disk takes nothing; nothing is stored
   */
  async keep(streamName: string, events: readonly NewEvent[]): Promise<void> {
    const bytes = bytesOf(events);
    const full = this.fullBecause(bytes);
    if (full !== null) throw new StoreUnavailable(`EventStoreDB is away, and the spool is full: ${full}`);
    // Before they are durable, so that concurrent ones respect the bound together.
    if (this.events === 0) this.oldestAtMs = this.options.clock();
    this.eventsSpooledTotal += events.length;
    this.count(events.length, bytes);
    try {
      await this.options.store.append(streamName, events, 'any');
    } catch (error) {
      this.eventsSpooledTotal -= events.length;
      this.count(-events.length, -bytes);
      throw error;
    }
  }

  /**
   * The waiting events in order of arrival, without end: from the oldest, or from the first that is not appended. Events of
   * a batch that were appended or set aside do not come again.
   */
  async *follow(signal: AbortSignal): AsyncIterable<readonly SpooledEvent[]> {
    for await (const { events } of this.options.store.followAll({ after: this.doneAt, batchEventsMax, signal })) {
      const spooled = events
        .filter(isSpooled)
        .map(toSpooledEvent)
        .filter((event) => this.isWaiting(event));
      if (spooled.length === 0) continue;
      this.waiting = new Map(spooled.map((event) => [event.position, event]));
      yield spooled;
    }
  }

  /** The log has acknowledged this event: it no longer waits, and `clear` will remove it from the file. */
  appended(event: SpooledEvent): void {
    this.finish(event);
    this.eventsDrainedTotal += 1;
  }

  /**
   * The log refuses this event permanently: it is kept apart from waiting events, and tried again after the next start.
   * Resolves with its new position once it is durable there.
   * @throws StoreUnavailable - the disk takes nothing; the event waits as before
   */
  async setAside(event: SpooledEvent): Promise<bigint> {
    const { position } = await this.options.store.append(refusedPrefix + event.streamName, [event], 'any');
    this.finish(event);
    this.eventsRefused += 1;
    return position;
  }

  /** Removes appended and set-aside events from the file. @throws StoreUnavailable - may be repeated */
  async clear(): Promise<void> {
    const { store } = this.options;
    const removed = [...this.done.values()];
    await truncateBefore(store, removed, [...this.waiting.values()]);
    const [oldest] = this.waiting.keys();
    const newest = removed.reduce((last, { position }) => (position > last ? position : last), this.doneAt ?? 0n);
    this.doneAt = oldest === undefined ? newest : oldest - 1n;
    for (const { position } of removed) if (position <= this.doneAt) this.done.delete(position);
    this.oldestAtMs = (await store.lagAfter(this.doneAt)).oldestRecordedAtMs ?? this.oldestAtMs;
  }

  figures(): SpoolFigures {
    const { events, bytes, eventsRefused, eventsSpooledTotal, eventsDrainedTotal } = this;
    const oldestAgeMs = events === 0 ? 0 : Math.max(0, this.options.clock() - this.oldestAtMs);
    return { events, bytes, oldestAgeMs, eventsRefused, eventsSpooledTotal, eventsDrainedTotal };
  }

  /** Why an event of so many bytes would be refused now; null if it would not. */
  fullBecause(bytes = 0): string | null {
    const { bytesMax, ageMaxMs } = this.options.bounds;
    const waiting = this.figures();
    if (waiting.bytes + bytes > bytesMax) return 'it has as many bytes as SPOOL_BYTES_MAX allows.';
    return waiting.oldestAgeMs > ageMaxMs ? 'its oldest event has waited longer than SPOOL_AGE_MAX_MS.' : null;
  }

  private isWaiting({ keptIn, position }: SpooledEvent): boolean {
    return !this.done.has(position) && (!keptIn.startsWith(refusedPrefix) || position <= this.openedAt);
  }

  private finish(event: SpooledEvent): void {
    this.waiting.delete(event.position);
    this.done.set(event.position, event);
    this.count(-1, -bytesOf([event]));
  }

  private count(events: number, bytes: number): void {
    this.events += events;
    this.bytes += bytes;
  }
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
