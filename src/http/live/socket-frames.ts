/** First byte of a frame that is a whole text message. */
const wholeText = 0x81;

/** Payload bytes from which a frame's length takes 2, and 8, more bytes. */
const [twoBytesFrom, eightBytesFrom] = [126, 65_536];

/**
 * The parts of a `next` message of graphql-transport-ws as one WebSocket frame of a server, which masks nothing (RFC 6455,
 * 5.2). The result is not looked at: it is the same for all who are sent it, and only the id is their own.
 */
export function nextFrames(id: string): (result: Uint8Array) => readonly Uint8Array[] {
  const before = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  const after = Buffer.from('}');
  return (result) => {
    const bytes = before.length + result.byteLength + after.length;
    return [frameHead(bytes), before, result, after];
  };
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
