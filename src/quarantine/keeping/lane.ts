import { delay, steadyClock, type Clock } from '../../kernel/clock.ts';
import { StoreUnavailable, type NewEvent } from '../../log/event-store.ts';
import type { LaneBounds } from './share.ts';

/** Bytes that are stored together: a few milliseconds of a disk, so that an authentic callback waits no longer for them. */
export const groupBytesMax = 256 * 1024;

/**
 * Bytes that a sender gives in one turn; one event may be larger. By bytes, so that a second of an account's callbacks gets
 * through beside senders of large bodies.
 */
const turnBytesMax = groupBytesMax / 4;

/** Milliseconds of a pause at most, however long the group before it took: a disk that was stuck may be well again. */
const pauseMsMax = 1_000;

/** Milliseconds after which an event is not stored any more: CSS gave up after 5 s, and sends it again. */
const waitMsMax = 15_000;

interface Waiting {
  readonly event: NewEvent;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly resolve: (isStored: boolean) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  readonly all: Waiting[];
  bytes: number;
}

interface LaneOptions {
  /** Appends events to one stream. Resolves once they are durable. */
  readonly append: (streamName: string, events: readonly NewEvent[]) => Promise<unknown>;
  readonly bounds: LaneBounds;
  readonly elapsedMs?: Clock;
}

/**
 * Where unproven callbacks wait to be stored, apart from authentic ones. Each stream has a queue, and each queue gets its
 * turn. One group is stored at a time, then the lane pauses for as long as that took: at least half of the disk's time is
 * left for everything else.
 */
export class Lane {
  /** In the order of their turns. Without empty queues. */
  private readonly queues = new Map<string, Queue>();
  private waiting = { events: 0, bytes: 0 };
  private running: Promise<void> | null = null;
  private readonly closing = new AbortController();
  private readonly elapsedMs: Clock;

  constructor(private readonly options: LaneOptions) {
    this.elapsedMs = options.elapsedMs ?? steadyClock;
  }

  /**
   * True once the event is durable; false if too much waits: it is not stored. Where all senders together have too much,
   * whoever has most loses what came last.
   * @throws what `append` throws; StoreUnavailable - it waited too long; nothing is stored
   */
  enter(streamName: string, event: NewEvent, bytes: number): Promise<boolean> {
    const queue = this.queues.get(streamName) ?? { all: [], bytes: 0 };
    const { eventsPerSenderMax, bytesPerSenderMax } = this.options.bounds;
    const { length } = queue.all;
    const isFull = length >= eventsPerSenderMax || (length > 0 && queue.bytes + bytes > bytesPerSenderMax);
    if (isFull) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      queue.all.push({ event, bytes, sinceMs: this.elapsedMs(), resolve, reject });
      this.queues.set(streamName, queue);
      this.note(queue, { events: 1, bytes });
      this.refuseBeyondBounds();
      this.running ??= this.run();
    });
  }

  /** Stores what waits, without pauses. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.queues.size > 0) {
      const startedMs = this.elapsedMs();
      await this.store(this.takeGroup());
      await delay(Math.min(pauseMsMax, this.elapsedMs() - startedMs), this.closing.signal);
    }
    this.running = null;
  }

  /** Of each queue in turn as much as it may give at a time. */
  private takeGroup(): ReadonlyMap<string, readonly Waiting[]> {
    const group = new Map<string, Waiting[]>();
    let bytes = 0;
    for (let next = first(this.queues); next !== null && bytes < groupBytesMax; next = first(this.queues)) {
      const [streamName, queue] = next;
      const taken = this.takeTurn(queue);
      // Behind all others, if it goes on.
      this.queues.delete(streamName);
      if (queue.all.length > 0) this.queues.set(streamName, queue);
      if (taken.length > 0) group.set(streamName, [...(group.get(streamName) ?? []), ...taken]);
      for (const one of taken) bytes += one.bytes;
    }
    return group;
  }

  private takeTurn(queue: Queue): readonly Waiting[] {
    const taken: Waiting[] = [];
    for (let bytes = 0; bytes < turnBytesMax;) {
      const one = queue.all.shift();
      if (one === undefined) break;
      this.note(queue, { events: -1, bytes: -one.bytes });
      if (this.elapsedMs() - one.sinceMs > waitMsMax) {
        one.reject(new StoreUnavailable('The log did not accept the event in time.'));
        continue;
      }
      bytes += one.bytes;
      taken.push(one);
    }
    return taken;
  }

  private async store(group: ReadonlyMap<string, readonly Waiting[]>): Promise<void> {
    const storing = [...group].map(async ([streamName, all]) => {
      try {
        await this.options.append(
          streamName,
          all.map(({ event }) => event),
        );
        for (const { resolve } of all) resolve(true);
      } catch (error) {
        for (const { reject } of all) reject(error);
      }
    });
    await Promise.all(storing);
  }

  private refuseBeyondBounds(): void {
    const { eventsMax, bytesMax } = this.options.bounds;
    while (this.waiting.events > eventsMax || this.waiting.bytes > bytesMax) {
      const [streamName, queue] = longest(this.queues) ?? [];
      const last = queue?.all.pop();
      if (streamName === undefined || queue === undefined || last === undefined) return;
      if (queue.all.length === 0) this.queues.delete(streamName);
      this.note(queue, { events: -1, bytes: -last.bytes });
      last.resolve(false);
    }
  }

  private note(queue: Queue, { events, bytes }: { readonly events: number; readonly bytes: number }): void {
    queue.bytes += bytes;
    this.waiting = { events: this.waiting.events + events, bytes: this.waiting.bytes + bytes };
  }
}

function first(queues: ReadonlyMap<string, Queue>): [string, Queue] | null {
  for (const entry of queues) return entry;
  return null;
}

/** The queue with most bytes. */
function longest(queues: ReadonlyMap<string, Queue>): [string, Queue] | null {
  let most: [string, Queue] | null = null;
  for (const entry of queues) if (entry[1].bytes > (most?.[1].bytes ?? -1)) most = entry;
  return most;
}
