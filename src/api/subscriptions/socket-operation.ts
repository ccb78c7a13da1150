import type { LiveMetrics } from '../../observing/metrics.ts';
import { chunkOf, memoizeByMessages, type Backpressure } from './chunks.ts';
import type { LiveMessage, LiveSink, ReadyRequest, ReadySubscription, Subscriber } from './live-operations.ts';

/** Where the frames of a connection are written. */
interface FrameOutput {
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

/** The id of an operation as it is written in messages. */
export function encodeId(id: string): string {
  return JSON.stringify(id);
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

/** Where an operation's messages go. */
export interface OperationOutput extends FrameOutput {
  readonly backpressure: Backpressure;
}

/** The connection of an operation, as the operation uses it. */
export interface OperationOwner {
  readonly output: OperationOutput;
  readonly options: { readonly live: LiveMetrics };
  /** The operation sends nothing more. */
  fail(operation: SocketOperation, error: unknown): void;
}

/** An operation of a client, from its message until it has ended. */
export class SocketOperation implements LiveSink {
  private readonly encodedId: string;
  private subscriber: Subscriber | null = null;
  private request: Pick<ReadyRequest, 'abandon'> | null = null;

  constructor(
    readonly id: string,
    private readonly owner: OperationOwner,
  ) {
    this.encodedId = encodeId(id);
  }

  start(subscription: ReadySubscription): void {
    this.subscriber = subscription.start(this);
    this.owner.options.live.subscribed('websocket');
  }

  answering(request: Pick<ReadyRequest, 'abandon'>): void {
    this.request = request;
  }

  /** The cursor to resume with; null unless it is a subscription that has begun. */
  cursor(): string | null {
    return this.subscriber?.cursor() ?? null;
  }

  /** Sends nothing from then on. Called once. */
  end(): void {
    this.request?.abandon();
    if (this.subscriber === null) return;
    this.subscriber.leave();
    this.owner.options.live.unsubscribed('websocket');
  }

  take(messages: readonly LiveMessage[], from: number): number {
    const { output, options } = this.owner;
    if (!output.backpressure.isReady()) return 0;
    const sent = sendNextFrames(this.encodedId, messages, from, output);
    options.live.sent('websocket', sent);
    return sent;
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.owner.output.backpressure.ready(signal);
  }

  failed(error: unknown): void {
    this.owner.fail(this, error);
  }
}
