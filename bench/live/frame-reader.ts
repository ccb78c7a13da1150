/** First bytes of a server's frames: a whole text, and a ping. */
const [wholeText, ping] = [0x81, 0x89];

/** Payload length codes: the length itself follows in two or eight bytes. */
const [twoBytes, eightBytes] = [126, 127];

export interface FrameSink {
  /** Whether to keep the text that begins. */
  keeps(): boolean;
  /** Called with each whole text that was kept. */
  onText(text: string): void;
  onPing(): void;
}

/**
 * Splits a WebSocket server's output, in chunks of any size, into frames, and returns the number of texts that end in each chunk. Payloads
 * not kept are skipped, so one process can cheaply count for a thousand subscribers. No chunk is kept.
 */
export function createFrameReader(sink: FrameSink): (chunk: Buffer) => number {
  let head: Buffer | null = null;
  /** Bytes of the current payload still to come, and the part that has arrived if it is kept. */
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

/** A text message or a pong as a client sends it: masked, with zeros. */
export function clientFrame(message: object | 'pong'): Buffer {
  if (message === 'pong') return Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(8);
  head[0] = wholeText;
  head[1] = 0x80 | twoBytes;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
