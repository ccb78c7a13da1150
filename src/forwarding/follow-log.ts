import { setImmediate as turn } from 'node:timers/promises';
import type { EventReader, RecordedEvent } from '../log/event-store.ts';

/** Events that are read at once: a fraction of a millisecond on the thread that also receives callbacks. */
const batchEventsMax = 100;

/** Events handed over in one turn of the event loop, to all readers together: some milliseconds if each takes all. */
const handedPerTurnMax = 1_000;

/** A continuous reader of the log, such as a target. */
export interface LogReader {
  /** It has everything up to here. */
  readTo(): bigint;
  hasRoom(): boolean;
  /** Resolves once it has room. It must also resolve once the signal of its `followLog` aborts. */
  room(): Promise<void>;
  /** Takes events after `readTo`, in the order of the log, as long as it has room: `readTo` is then the position of the last one taken. */
  add(events: readonly RecordedEvent[]): void;
}

type SharedLog = Pick<EventReader, 'followAll'>;

/**
 * Passes a reader everything after its `readTo`, each event once, no further than it has room. A reader that is behind
 * reads alone; events appended from then on are read once for all readers of this log. Resolves when the signal aborts
 * or the log is closed.
 * @throws Error - of the log, which could not be read; may be called again
 */
export async function followLog(log: SharedLog, reader: LogReader, signal: AbortSignal): Promise<void> {
  let tail = tails.get(log);
  if (tail === undefined) tails.set(log, (tail = new LogTail(log)));
  while (await catchUp(log, { tail, reader, signal })) await tail.follow(reader, signal);
}

interface CatchingUp {
  readonly tail: LogTail;
  readonly reader: LogReader;
  readonly signal: AbortSignal;
}

/** Reads until the reader can go on with the others. False if the signal has aborted or the log was closed. */
async function catchUp(log: SharedLog, { tail, reader, signal }: CatchingUp): Promise<boolean> {
  const isAborted = () => signal.aborted;
  await reader.room();
  for await (const { events, caughtUp } of log.followAll({ after: reader.readTo(), batchEventsMax, signal })) {
    while (!isAborted() && !handOver(events, reader)) await reader.room();
    if (isAborted()) return false;
    if (caughtUp && reader.hasRoom() && tail.admits(reader.readTo())) return true;
    // A long way through the log leaves turns to everything else.
    await turn();
    await reader.room();
  }
  return false;
}

/** Whether the reader has all of these now. */
function handOver(events: readonly RecordedEvent[], reader: LogReader): boolean {
  const missing = events.filter(({ position }) => position > reader.readTo());
  if (missing.length > 0) reader.add(missing);
  const last = missing.at(-1);
  return last === undefined || reader.readTo() >= last.position;
}

/** Passes what is appended to a log to all readers that have everything before it. */
class LogTail {
  /** Each with the function that ends its `follow`. */
  private readonly readers = new Map<LogReader, () => void>();
  /** Everything up to here was handed over to all of them, or is being handed over. */
  private readTo = 0n;
  private reading = new AbortController();

  constructor(private readonly log: SharedLog) {}

  /** Whether a reader that has read to here would miss nothing. */
  admits(readTo: bigint): boolean {
    return this.readers.size === 0 || readTo >= this.readTo;
  }

  /** Resolves when the reader must read alone: it had no room, the log could not be read, or the signal has aborted. */
  async follow(reader: LogReader, signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.admits(reader.readTo())) return;
    const isFirst = this.readers.size === 0;
    const left = new Promise<void>((resolve) => this.readers.set(reader, resolve));
    const leave = () => this.leave(reader);
    signal.addEventListener('abort', leave);
    if (isFirst) void this.read(reader.readTo());
    await left;
    signal.removeEventListener('abort', leave);
  }

  private leave(reader: LogReader): void {
    this.readers.get(reader)?.();
    this.readers.delete(reader);
    if (this.readers.size === 0) this.reading.abort();
  }

  private async read(after: bigint): Promise<void> {
    this.readTo = after;
    this.reading = new AbortController();
    const { signal } = this.reading;
    const isAborted = () => signal.aborted;
    try {
      for await (const { events } of this.log.followAll({ after, batchEventsMax, signal })) {
        if (isAborted()) return;
        // Set before the events are handed over: a reader that joins from now on must already have them.
        this.readTo = events.at(-1)?.position ?? this.readTo;
        await this.shareOut(events, isAborted);
        await turn();
      }
    } catch {
      // Each reader finds out by itself, and reports it.
    }
    if (!isAborted()) for (const reader of this.readers.keys()) this.leave(reader);
  }

  private async shareOut(events: readonly RecordedEvent[], isAborted: () => boolean): Promise<void> {
    let handed = 0;
    for (const reader of this.readers.keys()) {
      if (handed >= handedPerTurnMax) {
        handed = 0;
        await turn();
      }
      if (isAborted()) return;
      handOver(events, reader);
      if (!reader.hasRoom()) this.leave(reader);
      handed += events.length;
    }
  }
}

const tails = new WeakMap<SharedLog, LogTail>();
