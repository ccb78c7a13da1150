import type { Writable } from 'node:stream';
import type { LiveMessage } from './live-operations.ts';
import { Notifier } from '../../kernel/notifier.ts';

/** Bytes written to a connection at a time. The peer must take them before more is written: no more is buffered. */
export const unsentBytesMax = 64 * 1024;

/** Whether a client takes what is written to its stream; keeps no buffer. */
export class Backpressure {
  private tookAtMs: number;
  /** Set only if somebody has waited: nearly all connections take everything at once. */
  private drained: Notifier | null = null;

  constructor(
    private readonly stream: Writable,
    private readonly connection: { isOpen(): boolean; nowMs(): number },
  ) {
    this.tookAtMs = connection.nowMs();
  }

  isReady(): boolean {
    return this.connection.isOpen() && this.hasTaken();
  }

  /** Resolves once it is ready, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void> {
    if (this.isReady()) return Promise.resolve();
    this.drained ??= new Notifier();
    return this.drained.after(this.drained.seen, signal);
  }

  /** Call it when the stream emits `drain`. */
  noteDrained(): void {
    this.tookAtMs = this.connection.nowMs();
    this.drained?.notify();
  }

  /** When it was last ready, or became so. */
  takenAtMs(nowMs: number): number {
    if (this.hasTaken()) this.tookAtMs = nowMs;
    return this.tookAtMs;
  }

  private hasTaken(): boolean {
    // `drain` is emitted only after a write beyond the high-water mark; fewer bytes are no reason to wait.
    return !this.stream.writableNeedDrain || this.stream.writableLength === 0;
  }
}

/** Chunks kept of the same messages: a program's ids have one length. For more lengths, each subscriber makes its own. */
const chunksPerMessagesMax = 16;

/** A variant is the length of an id, which is shorter than a client's message may be. */
const variantsMax = 2 ** 20;

/** Consecutive messages as they are written to a connection. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly messages: number;
}

/**
 * Memoizes results made of messages from an index on, so that each is made once for all subscribers that receive the
 * same messages; `variant` is what else the result depends on. A result is kept only as long as its messages.
 */
export function memoizeByMessages<Result>(
  make: (messages: readonly LiveMessage[], from: number, variant: number) => Result,
): (messages: readonly LiveMessage[], from: number, variant: number) => Result {
  const resultsByMessages = new WeakMap<readonly LiveMessage[], Map<number, Result>>();
  return (messages, from, variant) => {
    let results = resultsByMessages.get(messages);
    if (results === undefined) {
      results = new Map();
      resultsByMessages.set(messages, results);
    }
    // Called for each subscriber: a string as the key would be built each time.
    const key = from * variantsMax + variant;
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = make(messages, from, variant);
    if (results.size < chunksPerMessagesMax) results.set(key, result);
    return result;
  };
}

/** Joins messages from an index on, as many as are written to a connection at a time. */
export function chunkOf(
  messages: readonly LiveMessage[],
  from: number,
  partsOf: (message: LiveMessage, offset: number) => readonly Uint8Array[],
): Chunk {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let next = from;
  for (; next < messages.length && bytes < unsentBytesMax; next += 1) {
    const message = messages[next];
    if (message === undefined) break;
    for (const part of partsOf(message, bytes)) {
      parts.push(part);
      bytes += part.byteLength;
    }
  }
  return { bytes: Buffer.concat(parts, bytes), messages: next - from };
}
