import type { LiveMessage } from '../../../graphql/subscriptions/live-operations.ts';
import { memoizeByMessages, chunkOf } from '../shared-chunks.ts';

/** First byte of a frame that is a whole text message. */
const wholeText = 0x81;

/** Payload bytes from which a frame's length takes 2, and 8, more bytes. */
const [twoBytesFrom, eightBytesFrom] = [126, 65_536];

const [beforeId, beforeResult, afterResult] = ['{"id":', ',"type":"next","payload":', '}'].map((text) =>
  Buffer.from(text),
) as [Buffer, Buffer, Buffer];

/** Frames of the same messages for ids of the same length. Only the ids in them are each subscriber's own. */
interface Frames {
  bytes: Buffer;
  readonly idsAt: readonly number[];
  readonly messages: number;
}

const framesOf = memoizeByMessages((messages, from, idBytes): Frames => {
  const idsAt: number[] = [];
  const piece = chunkOf(messages, from, ({ json }, at) => {
    const head = frameHead(beforeId.length + idBytes + beforeResult.length + json.length + afterResult.length);
    idsAt.push(at + head.length + beforeId.length);
    return [head, beforeId, Buffer.alloc(idBytes), beforeResult, json, afterResult];
  });
  return { ...piece, idsAt };
});

/**
 * Sends messages under an id as `next` of graphql-transport-ws, from one of them on, and returns how many. They are WebSocket
 * frames of a server, which masks nothing (RFC 6455, 5.2), made once for all subscribers: the id of each is written into the
 * same memory, one after another. `write` says whether all of it has left; what has not keeps its memory.
 */
export function sendNextFrames(
  id: Buffer,
  messages: readonly LiveMessage[],
  from: number,
  write: (bytes: Buffer) => boolean,
): number {
  const frames = framesOf(messages, from, id.length);
  for (const at of frames.idsAt) frames.bytes.set(id, at);
  if (!write(frames.bytes)) frames.bytes = Buffer.from(frames.bytes);
  return frames.messages;
}

/** An id as it stands in messages. */
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
