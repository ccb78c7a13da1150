/** First bytes of the frames of a server: a whole text, and a ping. */
const [wholeText, ping] = [0x81, 0x89];

/** Payload lengths that say that the length itself follows, in so many bytes. */
const [twoBytes, eightBytes] = [126, 127];

export interface FrameSink {
  /** Whether the text that begins is to be kept. */
  keeps(): boolean;
  /** A whole text that was kept. */
  onText(text: string): void;
  onPing(): void;
}

/**
 * Splits what a WebSocket server sends into frames, in chunks of any size, and returns how many texts end in each chunk.
 * Payloads that are not kept are skipped, so that one process can count for a thousand subscribers at little cost. No chunk
 * is kept.
 */
export function createFrameReader(sink: FrameSink): (chunk: Buffer) => number {
  let head: Buffer | null = null;
  /** Bytes of the current payload still to come, and what has arrived of it if it is kept. */
  let left = 0;
  let isText = false;
  let kept: Buffer[] | null = null;

  return (chunk) => {
    const bytes = head === null ? chunk : Buffer.concat([head, chunk]);
    head = null;
    let texts = 0;
    for (let at = 0; at < bytes.length;) {
      if (left === 0) {
        const short = bytes[at + 1] ?? eightBytes;
        const headBytes = short === twoBytes ? 4 : short === eightBytes ? 10 : 2;
        if (bytes.length - at < headBytes) {
          head = Buffer.from(bytes.subarray(at));
          break;
        }
        if (headBytes === 2) left = short;
        else left = headBytes === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
        isText = bytes[at] === wholeText;
        kept = isText && sink.keeps() ? [] : null;
        if (bytes[at] === ping) sink.onPing();
        at += headBytes;
      }
      const part = Math.min(left, bytes.length - at);
      kept?.push(Buffer.from(bytes.subarray(at, at + part)));
      at += part;
      left -= part;
      if (left > 0 || !isText) continue;
      texts += 1;
      if (kept !== null) sink.onText(Buffer.concat(kept).toString());
    }
    return texts;
  };
}

/** A text message, or the answer to a ping, as a client sends it: masked, with zeros. */
export function clientFrame(message: object | 'pong'): Buffer {
  if (message === 'pong') return Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(8);
  head[0] = wholeText;
  head[1] = 0x80 | twoBytes;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
