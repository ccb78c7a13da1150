import type { Socket } from 'node:net';
import type { LedgerError } from '../kernel/errors.ts';
import type { IncomingCallback } from '../recorder/receiver.ts';

/** A callback sent from the primary to the serving process. */
export interface LinkedCallback {
  readonly number: number;
  readonly requestId: string;
  readonly incoming: IncomingCallback & Required<Pick<IncomingCallback, 'arrived'>>;
}

/** Bytes of the length before each frame. */
const lengthBytes = 4;

export interface Frames {
  /** Sends frames at the end of this turn of the event loop, all in one write. */
  send(frame: readonly Uint8Array[]): void;
  /** Sends the rest, and ends this direction. */
  end(): void;
}

/** Frames over a socket, each preceded by its length. `onFrame` gets views that stay valid. */
export function openFrames(socket: Socket, onFrame: (frame: Buffer) => void): Frames {
  let parts: Uint8Array[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const flush = () => {
    const all = parts;
    parts = [];
    if (all.length > 0 && socket.writable) socket.write(Buffer.concat(all));
  };
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= lengthBytes) {
      const end = lengthBytes + rest.readUInt32LE(0);
      if (rest.length < end) break;
      onFrame(rest.subarray(lengthBytes, end));
      rest = rest.subarray(end);
    }
  });
  return {
    send(frame) {
      if (parts.length === 0) setImmediate(flush);
      const length = Buffer.allocUnsafe(lengthBytes);
      length.writeUInt32LE(frame.reduce((sum, part) => sum + part.byteLength, 0));
      parts.push(length, ...frame);
    },
    end() {
      flush();
      socket.end();
    },
  };
}

/** Bytes of the fixed fields: number, time of arrival, and the lengths of four texts. */
const headBytes = 4 + 8 + 4 * 2;

export function encodeCallback({ number, requestId, incoming }: LinkedCallback): Uint8Array[] {
  const { body, token, remoteAddress, contentType, arrived } = incoming;
  // Not a separate text: a primary started by an earlier build sends four.
  const sender = contentType === undefined ? remoteAddress : `${remoteAddress}\n${contentType}`;
  // A token is never empty: empty means none.
  const texts = [requestId, arrived.eventId, token ?? '', sender];
  const head = Buffer.allocUnsafe(headBytes + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
  head.writeUInt32LE(number, 0);
  head.writeDoubleLE(arrived.atMs, 4);
  let at = headBytes;
  texts.forEach((text, index) => {
    const bytes = head.write(text, at);
    head.writeUInt16LE(bytes, 12 + 2 * index);
    at += bytes;
  });
  return [head, body];
}

export function decodeCallback(frame: Buffer): LinkedCallback {
  let at = headBytes;
  const take = (index: number) => frame.toString('utf8', at, (at += frame.readUInt16LE(12 + 2 * index)));
  const [requestId, eventId, token, sender] = [take(0), take(1), take(2), take(3)];
  const [remoteAddress = '', contentType] = sender.split('\n');
  return {
    number: frame.readUInt32LE(0),
    requestId,
    incoming: {
      body: frame.subarray(at),
      token: token === '' ? null : token,
      remoteAddress,
      contentType,
      arrived: { eventId, atMs: frame.readDoubleLE(4) },
    },
  };
}

/** The outcome of a callback: only its number if it is stored, otherwise also the code and message of its refusal. */
export function encodeOutcome(number: number, refusal: Pick<LedgerError, 'code' | 'message'> | null): Uint8Array[] {
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(number);
  if (refusal === null) return [head];
  const { code, message } = refusal;
  return [head, Buffer.from(JSON.stringify({ code, message }))];
}

export function decodeOutcome(frame: Buffer): {
  number: number;
  refusal: Pick<LedgerError, 'code' | 'message'> | null;
} {
  const refusal = frame.length === 4 ? null : (JSON.parse(frame.toString('utf8', 4)) as LedgerError);
  return { number: frame.readUInt32LE(0), refusal };
}
