import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../errors.ts';
import {
  ledgerStreamName,
  logBegunType,
  type AppendedEvents,
  type EventBatch,
  type EventStore,
  type ExpectedRevision,
  type FollowOptions,
  type LogLag,
  type NewEvent,
  type RecordedEvent,
} from '../event-store.ts';
import { WakeUp } from '../wake-up.ts';

/** Events of a log that is gone with the process. An event's position is its place in the list, from 1. */
export interface InMemoryLog {
  readonly events: RecordedEvent[];
}

export function createInMemoryLog(): InMemoryLog {
  return { events: [] };
}

/**
 * A log without a disk, by the same contract as the others but for durability: for trying out what stands on a log. `log`
 * outlives the store, so that it can be opened again.
 */
export function openInMemoryEventStore(log: InMemoryLog, clock: Clock): EventStore {
  return new InMemoryEventStore(log, clock);
}

class InMemoryEventStore implements EventStore {
  readonly logId: string;
  private readonly wakeUp = new WakeUp();
  private readonly streams = new Map<string, RecordedEvent[]>();
  private open = true;

  constructor(
    private readonly log: InMemoryLog,
    private readonly clock: Clock,
  ) {
    for (const event of log.events) this.streamOf(event.streamName).push(event);
    const [first] = log.events;
    this.logId = first === undefined ? this.beginLog() : readLogId(first);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- here and below: memory answers at once; the port's other adapters do not
  async append(streamName: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendedEvents> {
    this.assertOpen();
    if (events.length === 0) throw new RangeError('An append needs at least one event.');
    const stream = this.streamOf(streamName);
    const actual = stream.at(-1)?.revision ?? null;
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected)) {
      const from = expected === 'none' ? 0 : Number(expected) + 1;
      const earlier = stream.slice(from, from + events.length);
      const isRepetition =
        earlier.length === events.length && earlier.every(({ eventId }, index) => eventId === events[index]?.eventId);
      const last = earlier.at(-1);
      if (!isRepetition || last === undefined) throw new WrongExpectedRevision(streamName, expected, actual);
      return { revision: last.revision, position: last.position };
    }
    const recorded = this.record(streamName, events);
    this.wakeUp.ring();
    return recorded;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async *readStream(streamName: string, fromRevision = 0n): AsyncIterable<RecordedEvent> {
    this.assertOpen();
    yield* (this.streams.get(streamName) ?? []).slice(Number(fromRevision));
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async readAt(position: bigint): Promise<RecordedEvent | null> {
    this.assertOpen();
    return this.log.events[Number(position) - 1] ?? null;
  }

  async *followAll({ after, batchEventsMax, signal }: FollowOptions): AsyncIterable<EventBatch> {
    let next = Number(after ?? 0n);
    let saidCaughtUp = false;
    while (!signal.aborted && this.open) {
      const { seen } = this.wakeUp;
      const events = this.log.events.slice(next, next + batchEventsMax);
      const caughtUp = events.length < batchEventsMax;
      next += events.length;
      if (events.length > 0 || !saidCaughtUp) yield { events, caughtUp };
      saidCaughtUp = caughtUp;
      if (caughtUp) await this.wakeUp.after(seen, signal);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async lagAfter(position: bigint | null): Promise<LogLag> {
    this.assertOpen();
    const behind = Number(position ?? 0n);
    return {
      events: Math.max(0, this.log.events.length - behind),
      oldestRecordedAtMs: this.log.events[behind]?.recordedAtMs ?? null,
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async close(): Promise<void> {
    this.open = false;
    this.wakeUp.ring();
  }

  private record(streamName: string, events: readonly NewEvent[]): AppendedEvents {
    const stream = this.streamOf(streamName);
    const recordedAtMs = this.clock();
    for (const { eventId, type, data, metadata } of events) {
      const event: RecordedEvent = {
        streamName,
        eventId,
        type,
        // Copies: what a caller does to its buffers later must not reach the log.
        data: Buffer.from(data),
        metadata: Buffer.from(metadata),
        revision: BigInt(stream.length),
        position: BigInt(this.log.events.length + 1),
        recordedAtMs,
      };
      stream.push(event);
      this.log.events.push(event);
    }
    return { revision: BigInt(stream.length - 1), position: BigInt(this.log.events.length) };
  }

  private streamOf(streamName: string): RecordedEvent[] {
    const known = this.streams.get(streamName);
    if (known !== undefined) return known;
    const stream: RecordedEvent[] = [];
    this.streams.set(streamName, stream);
    return stream;
  }

  private beginLog(): string {
    const logId = randomUUID();
    const data = Buffer.from(JSON.stringify({ logId }));
    this.record(ledgerStreamName, [{ eventId: randomUUID(), type: logBegunType, data, metadata: Buffer.from('{}') }]);
    return logId;
  }

  private assertOpen(): void {
    if (!this.open) throw new StoreUnavailable('The log is closed.');
  }
}

function readLogId({ data }: RecordedEvent): string {
  return (JSON.parse(Buffer.from(data).toString()) as { logId: string }).logId;
}
