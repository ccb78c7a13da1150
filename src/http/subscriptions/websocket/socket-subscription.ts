import type { ReadySubscription, LiveMessage } from '../../../graphql/subscriptions/live-operations.ts';
import type { LiveMetrics } from '../../metrics/live-metrics.ts';
import { chunkOf, memoizeByMessages, type Backpressure } from '../chunks.ts';

/** Where the frames of a connection's subscriptions are written. */
export interface FrameOutput {
  readonly backpressure: Backpressure;
  /** Writes frames; whether all of them have left, so that their memory can be reused. */
  readonly write: (frames: Buffer) => boolean;
}

/**
 * A subscription as graphql-ws sees it: without results until it ends, because messages are written past graphql-ws.
 */
export interface RunningSubscription extends AsyncIterableIterator<never, void> {
  return(): Promise<IteratorResult<never, void>>;
  /** The cursor up to which it has sent all messages. */
  cursor(): string;
}

/** Writes messages under the operation's id. The iterator ends when the client completes it, and throws if it fails. */
export function runSubscription(
  ready: ReadySubscription,
  id: string,
  { backpressure, write }: FrameOutput,
  metrics: LiveMetrics,
): RunningSubscription {
  const encodedId = encodeId(id);
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const over = new Promise<IteratorResult<never, void>>((resolve, reject) => {
    end = () => resolve({ done: true, value: undefined });
    fail = reject;
  });
  // The failure reaches graphql-ws through `next`; after `return` nobody waits for it.
  over.catch(() => undefined);
  const subscriber = ready.start({
    take(messages, from) {
      if (!backpressure.isReady()) return 0;
      const sent = sendNextFrames(encodedId, messages, from, write);
      metrics.sent('websocket', sent);
      return sent;
    },
    ready: backpressure.ready,
    failed: (error) => fail(error instanceof Error ? error : new Error(typeof error)),
  });
  metrics.subscribed('websocket');
  const running: RunningSubscription = {
    next: () => over,
    return: () => {
      subscriber.leave();
      end();
      return over;
    },
    [Symbol.asyncIterator]: () => running,
    cursor: () => ready.cursorAt(subscriber.position()),
  };
  return running;
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
 * WebSocket frames, made once for all subscribers: each subscriber's id is written into the same memory. Therefore `write`
 * must return whether all bytes have left; while some have not, their memory is not reused.
 */
export function sendNextFrames(
  id: Buffer,
  messages: readonly LiveMessage[],
  from: number,
  write: (bytes: Buffer) => boolean,
): number {
  const frames = framesOf(messages, from, id.length);
  for (const offset of frames.idOffsets) frames.bytes.set(id, offset);
  if (!write(frames.bytes)) frames.bytes = Buffer.from(frames.bytes);
  return frames.messages;
}

/** The id of an operation as it is written in messages. */
export function encodeId(id: string): Buffer {
  return Buffer.from(JSON.stringify(id));
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
