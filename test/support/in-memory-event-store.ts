import type { Clock } from '../../src/kernel/clock.ts';
import {
  ledgerStreamName,
  StoreUnavailable,
  WrongExpectedRevision,
  type AppendedEvents,
  type EventBatch,
  type EventStore,
  type ExpectedRevision,
  type FollowOptions,
  type LogLag,
  type NewEvent,
  type RecordedEvent,
  type StreamSize,
} from '../../src/log/event-store.ts';
import { newLogBegun, readLogIdentity } from '../../src/log/ledger-events.ts';
import { Notifier } from '../../src/kernel/notifier.ts';

/** Events of a log in memory. An event's position is its index in the list, from 1. */
export interface InMemoryLog {
  /** Null if the event was truncated. */
  readonly events: (RecordedEvent | null)[];
  readonly streams: Map<string, InMemoryStream>;
}

interface InMemoryStream {
  nextRevision: bigint;
  events: RecordedEvent[];
}

export function createInMemoryLog(): InMemoryLog {
  return { events: [], streams: new Map() };
}

/** A log in memory that keeps the contract of the others, except for durability. `log` outlives the store, so it can be opened again. */
export function openInMemoryEventStore(log: InMemoryLog, clock: Clock): EventStore {
  return new InMemoryEventStore(log, clock);
}

// The port is asynchronous for other adapters.
/* oxlint-disable typescript/require-await */
class InMemoryEventStore implements EventStore {
  readonly logId: string;
  readonly epoch: number;
  private readonly notifier = new Notifier();
  private open = true;

  constructor(
    private readonly log: InMemoryLog,
    private readonly clock: Clock,
  ) {
    if (log.events.length === 0) this.record(this.streamOf(ledgerStreamName), ledgerStreamName, [newLogBegun()]);
    const ledger = this.streamOf(ledgerStreamName).events;
    ({ logId: this.logId, epoch: this.epoch } = readLogIdentity(log.events[0] ?? newLogBegun(), ledger));
  }

  async append(streamName: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendedEvents> {
    this.assertOpen();
    if (events.length === 0) throw new RangeError('An append needs at least one event.');
    const stream = this.streamOf(streamName);
    const actual = stream.nextRevision === 0n ? null : stream.nextRevision - 1n;
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected)) {
      const from = expected === 'none' ? 0n : expected + 1n;
      const earlier = stream.events.filter(({ revision }) => revision >= from).slice(0, events.length);
      const isRepetition =
        earlier.length === events.length &&
        earlier[0]?.revision === from &&
        earlier.every(({ eventId }, index) => eventId === events[index]?.eventId);
      const last = earlier.at(-1);
      if (!isRepetition || last === undefined) throw new WrongExpectedRevision(streamName, expected, actual);
      return { revision: last.revision, position: last.position };
    }
    const recorded = this.record(stream, streamName, events);
    this.notifier.notify();
    return recorded;
  }

  eventIdAt(position: bigint): string | null {
    return this.log.events[Number(position) - 1]?.eventId ?? null;
  }

  hasRemoved(position: bigint): boolean {
    return this.log.events[Number(position) - 1] === null;
  }

  async truncateStream(streamName: string, beforeRevision: bigint): Promise<void> {
    if (streamName === ledgerStreamName)
      throw new RangeError('The stream that identifies the log cannot be truncated.');
    this.assertOpen();
    const stream = this.streamOf(streamName);
    const isForgotten = ({ revision }: RecordedEvent) => revision < beforeRevision;
    for (const { position } of stream.events.filter(isForgotten)) this.log.events[Number(position) - 1] = null;
    stream.events = stream.events.filter((event) => !isForgotten(event));
  }

  async *readStream(streamName: string, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    this.assertOpen();
    yield* this.streamOf(streamName).events.filter(({ revision }) => revision >= fromRevision);
  }

  async *streamSizes(prefix: string, upTo: bigint): AsyncIterable<StreamSize> {
    this.assertOpen();
    const names = [...this.log.streams.keys()].filter((name) => name.startsWith(prefix)).sort();
    for (const streamName of names) {
      const events = this.streamOf(streamName).events.filter(({ position }) => position <= upTo);
      const bytes = events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
      if (events.length > 0) yield { streamName, events: events.length, bytes };
    }
  }

  async lastRevision(streamName: string): Promise<bigint | null> {
    this.assertOpen();
    return this.streamOf(streamName).events.at(-1)?.revision ?? null;
  }

  async readAt(position: bigint): Promise<RecordedEvent | null> {
    this.assertOpen();
    return this.log.events[Number(position) - 1] ?? null;
  }

  async *followAll({ after, batchEventsMax, signal }: FollowOptions): AsyncIterable<EventBatch> {
    let position = after;
    let wasCaughtUp = false;
    while (!signal.aborted && this.open) {
      const { seen } = this.notifier;
      const events = this.after(position).slice(0, batchEventsMax);
      const caughtUp = events.length < batchEventsMax;
      position = events.at(-1)?.position ?? position;
      if (events.length > 0 || !wasCaughtUp) yield { events, caughtUp };
      wasCaughtUp = caughtUp;
      if (caughtUp) await this.notifier.after(seen, signal);
    }
  }

  async lagAfter(position: bigint | null): Promise<LogLag> {
    this.assertOpen();
    const behind = this.after(position);
    return { events: behind.length, oldestRecordedAtMs: behind[0]?.recordedAtMs ?? null };
  }

  async endPosition(): Promise<bigint> {
    this.assertOpen();
    return BigInt(this.log.events.length);
  }

  async close(): Promise<void> {
    this.open = false;
    this.notifier.notify();
  }

  private after(position: bigint | null): RecordedEvent[] {
    return this.log.events.slice(Number(position ?? 0n)).filter((event) => event !== null);
  }

  private record(stream: InMemoryStream, streamName: string, events: readonly NewEvent[]): AppendedEvents {
    const recordedAtMs = this.clock();
    for (const { eventId, type, data, metadata, isDamaged } of events) {
      const event: RecordedEvent = {
        streamName,
        eventId,
        type,
        // Copies: the caller may change its buffers later.
        data: Buffer.from(data),
        metadata: Buffer.from(metadata),
        revision: stream.nextRevision,
        position: BigInt(this.log.events.length + 1),
        recordedAtMs,
        ...(isDamaged && { isDamaged }),
      };
      stream.nextRevision += 1n;
      stream.events.push(event);
      this.log.events.push(event);
    }
    return { revision: stream.nextRevision - 1n, position: BigInt(this.log.events.length) };
  }

  private streamOf(streamName: string): InMemoryStream {
    const known = this.log.streams.get(streamName);
    if (known !== undefined) return known;
    const stream: InMemoryStream = { nextRevision: 0n, events: [] };
    this.log.streams.set(streamName, stream);
    return stream;
  }

  private assertOpen(): void {
    if (!this.open) throw new StoreUnavailable('The log is closed.');
  }
}
/* oxlint-enable typescript/require-await */
