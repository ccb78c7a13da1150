import type { LiveMessage } from '../../graphql/subscriptions/live-operations.ts';
import { unsentBytesMax } from './backpressure.ts';

/**
 * Pieces of the same messages that are kept: clients of one program have ids of one length. Whoever comes with ids of all
 * lengths has each piece made for itself.
 */
const keptPiecesMax = 16;

/** Messages as they leave, in one piece. */
export interface Chunk {
  readonly bytes: Buffer;
  /** How many they are. */
  readonly messages: number;
}

/**
 * What is made of messages from one of them on, made once for all who are sent them: by what sets them apart otherwise. It is
 * forgotten with the messages.
 */
export function memoizeByMessages<Made>(
  make: (messages: readonly LiveMessage[], from: number, apart: number) => Made,
): (messages: readonly LiveMessage[], from: number, apart: number) => Made {
  const known = new WeakMap<readonly LiveMessage[], Map<string, Made>>();
  return (messages, from, apart) => {
    let ofMessages = known.get(messages);
    if (ofMessages === undefined) {
      ofMessages = new Map();
      known.set(messages, ofMessages);
    }
    const key = `${from} ${apart}`;
    const found = ofMessages.get(key);
    if (found !== undefined) return found;
    const made = make(messages, from, apart);
    if (ofMessages.size < keptPiecesMax) ofMessages.set(key, made);
    return made;
  };
}

/** Puts messages together from one of them on, as many as are handed over at a time. */
export function chunkOf(
  messages: readonly LiveMessage[],
  from: number,
  partsOf: (message: LiveMessage, at: number) => readonly Uint8Array[],
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
