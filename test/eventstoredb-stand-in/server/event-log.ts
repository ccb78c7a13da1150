import { EventEmitter, once } from 'node:events';
import type { Decision, Expected, StreamState } from './expected-revision.ts';
import { decide } from './expected-revision.ts';
import type { AppendedLine } from './log-file.ts';
import { LogFile } from './log-file.ts';
import type { ProposedEvent, StoredEvent } from './stored-event.ts';
import { metadataStreamOf } from './stored-event.ts';
import type { Retention } from './retention.ts';
import { deletedSoftlyBefore, firstVisible, retentionOf } from './retention.ts';

interface Stream {
  readonly events: StoredEvent[];
  /** The events that this process wrote, by id. */
  readonly remembered: Map<string, StoredEvent>;
}

/** The decision, the stream's last revision at that time, and the last event of a write, which `durable` waits for. */
export type Appended = Decision & { readonly lastRevision: bigint; readonly written?: StoredEvent };

/**
 * All events. An append is decided at once, against everything written before it, durable or not; readers see only durable events. So a
 * wrong revision may be answered before the conflicting event can be read, as on a real server.
 */
export class EventLog {
  readonly #file: LogFile;
  readonly #events: StoredEvent[] = [];
  readonly #streams = new Map<string, Stream>();
  readonly #durable = new EventEmitter().setMaxListeners(0);
  #durableCount = 0;
  #syncing: Promise<void> | null = null;

  constructor(folder: string) {
    this.#file = new LogFile(folder, (position, line) => this.#keep(position, line, false));
    this.#durableCount = this.#events.length;
  }

  /** The number of durable events, which are in order. */
  get count(): number {
    return this.#durableCount;
  }

  eventAt(index: number): StoredEvent | undefined {
    return index < this.#durableCount ? this.#events[index] : undefined;
  }

  /** Index of the first durable event at or after a position. */
  indexFrom(position: bigint): number {
    let [low, high] = [0, this.#durableCount];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  lastRevision(streamName: string): bigint {
    return this.#streams.get(streamName)?.events.at(-1)?.revision ?? -1n;
  }

  /** The durable events of a stream that its retention still shows, oldest first. */
  visible(streamName: string): StoredEvent[] {
    const stream = this.#streams.get(streamName);
    if (!stream) return [];
    const durable = stream.events.filter((event) => event.index < this.#durableCount);
    const from = firstVisible(this.retention(streamName), durable.at(-1)?.revision ?? -1n);
    return durable.filter((event) => event.revision >= from);
  }

  /** Whether `$tb` or `$maxCount` hides it from readers of its stream. */
  isTruncated({ streamName, revision }: StoredEvent): boolean {
    return revision < firstVisible(this.retention(streamName), this.lastRevision(streamName));
  }

  retention(streamName: string): Retention {
    return retentionOf(this.#streams.get(metadataStreamOf(streamName))?.events.at(-1));
  }

  deletedSoftly(streamName: string): boolean {
    return this.retention(streamName).truncateBefore === deletedSoftlyBefore;
  }

  append(streamName: string, events: readonly ProposedEvent[], expected: Expected, createdTicks: string): Appended {
    const lastRevision = this.lastRevision(streamName);
    const decision = decide(
      this.#state(streamName),
      events.map((event) => event.id),
      expected,
    );
    if (decision.kind !== 'write' || events.length === 0) return { ...decision, lastRevision };
    const wasDeleted = this.deletedSoftly(streamName);
    const written = this.write(streamName, events, lastRevision + 1n, createdTicks);
    if (wasDeleted) this.#truncate(streamName, lastRevision + 1n, createdTicks);
    return { ...decision, lastRevision, written };
  }

  /** Writes unconditionally: for what the server writes by itself. */
  write(
    streamName: string,
    events: readonly ProposedEvent[],
    firstRevision: bigint,
    createdTicks: string,
  ): StoredEvent {
    const line = { streamName, firstRevision: firstRevision.toString(), createdTicks, events };
    const position = this.#file.end;
    this.#file.append(line);
    const last = this.#keep(position, line, true);
    if (!last) throw new RangeError('A write has at least one event');
    return last;
  }

  /** Resolves once an event is durable. Appends waiting at the same time share one fsync. */
  async durable(event: StoredEvent): Promise<void> {
    while (event.index >= this.#durableCount) {
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
  }

  /** Resolves when more events are durable, or the signal is aborted. */
  async more(signal: AbortSignal): Promise<void> {
    await once(this.#durable, 'more', { signal }).catch(() => undefined);
  }

  close(): void {
    this.#file.close();
  }

  async #sync(): Promise<void> {
    const count = this.#events.length;
    await this.#file.sync();
    this.#durableCount = count;
    this.#syncing = null;
    this.#durable.emit('more');
  }

  #truncate(streamName: string, before: bigint, createdTicks: string): void {
    const metadataStream = metadataStreamOf(streamName);
    const event = metadataEvent(`{"$tb":${before}}`);
    this.write(metadataStream, [event], this.lastRevision(metadataStream) + 1n, createdTicks);
  }

  #state(streamName: string): StreamState {
    const stream = this.#streams.get(streamName);
    return {
      lastRevision: this.lastRevision(streamName),
      deletedSoftly: this.deletedSoftly(streamName),
      eventAt: (revision) => stream?.events[Number(revision)],
      remembered: (id) => stream?.remembered.get(id),
    };
  }

  #keep(position: number, line: AppendedLine, byThisProcess: boolean): StoredEvent | undefined {
    const stream = this.#streams.get(line.streamName) ?? { events: [], remembered: new Map<string, StoredEvent>() };
    this.#streams.set(line.streamName, stream);
    const { streamName, createdTicks } = line;
    for (const [offset, proposed] of line.events.entries()) {
      const event: StoredEvent = {
        ...proposed,
        streamName,
        createdTicks,
        revision: BigInt(line.firstRevision) + BigInt(offset),
        position: BigInt(position + offset),
        index: this.#events.length,
      };
      this.#events.push(event);
      stream.events.push(event);
      if (byThisProcess) stream.remembered.set(event.id, event);
    }
    return stream.events.at(-1);
  }
}

/** The event that sets a stream's metadata. */
export function metadataEvent(json: string): ProposedEvent {
  return {
    id: crypto.randomUUID(),
    type: '$metadata',
    contentType: 'application/json',
    metadata: '',
    data: Buffer.from(json).toString('base64'),
  };
}
