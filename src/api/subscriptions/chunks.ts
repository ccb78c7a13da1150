import type { Writable } from 'node:stream';
import type { LiveMessage } from './live-groups.ts';
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
interface Chunk {
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

/** Where the frames of a connection are written. */
export interface FrameOutput {
  /** Whether all bytes have left, so that their memory can be reused. */
  write(frames: Buffer): boolean;
}

/** First byte of a frame that is a whole text message: FIN, and opcode 1 (RFC 6455, 5.2). */
const wholeText = 0x81;

/** Payload bytes from which a frame's length takes 2, and 8, more bytes. */
const [twoBytesFrom, eightBytesFrom] = [126, 65_536];

const [beforeId, beforeResult, afterResult] = ['{"id":', ',"type":"next","payload":', '}'].map((text) =>
  Buffer.from(text),
) as [Buffer, Buffer, Buffer];

/** Frames of the same messages for ids of the same length; only the ids in them differ between subscribers. */
interface Frames {
  bytes: Buffer;
  readonly idOffsets: readonly number[];
  readonly messages: number;
}

const framesOf = memoizeByMessages((messages, from, idBytes): Frames => {
  const idOffsets: number[] = [];
  const chunk = chunkOf(messages, from, ({ json }, offset) => {
    const head = frameHead(beforeId.length + idBytes + beforeResult.length + json.length + afterResult.length);
    idOffsets.push(offset + head.length + beforeId.length);
    return [head, beforeId, Buffer.alloc(idBytes), beforeResult, json, afterResult];
  });
  return { ...chunk, idOffsets };
});

/**
 * Writes messages from an index on as `next` messages of graphql-transport-ws, and returns how many. They are unmasked
 * WebSocket frames, made once for all subscribers: each subscriber's id is written into the same memory, which is not reused
 * while some of its bytes have not left.
 */
export function sendNextFrames(
  encodedId: string,
  messages: readonly LiveMessage[],
  from: number,
  output: FrameOutput,
): number {
  const frames = framesOf(messages, from, Buffer.byteLength(encodedId));
  for (const offset of frames.idOffsets) frames.bytes.write(encodedId, offset);
  if (!output.write(frames.bytes)) frames.bytes = Buffer.from(frames.bytes);
  return frames.messages;
}

function frameHead(bytes: number): Buffer {
  if (bytes < twoBytesFrom) return Buffer.from([wholeText, bytes]);
  if (bytes < eightBytesFrom) {
    const head = Buffer.from([wholeText, twoBytesFrom, 0, 0]);
    head.writeUInt16BE(bytes, 2);
    return head;
  }
  const head = Buffer.alloc(10);
  head[0] = wholeText;
  head[1] = twoBytesFrom + 1;
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return head;
}
