import type { LiveMessage } from '../../graphql/subscriptions/live-operations.ts';
import { unsentBytesMax } from './backpressure.ts';

/**
 * Chunks that are kept of the same messages: the clients of one program use ids of one length. Where ids have many lengths,
 * the chunks beyond this number are made for each subscriber.
 */
const chunksPerMessagesMax = 16;

/** Consecutive messages as they are written to a connection. */
export interface Chunk {
  readonly bytes: Buffer;
  /** How many messages it contains. */
  readonly messages: number;
}

/**
 * Memoizes what is made of messages from an index on, so that it is made once for all subscribers that receive the same
 * messages; `variant` is what else the result depends on. A result is kept only as long as its messages.
 */
export function memoizeByMessages<Result>(
  make: (messages: readonly LiveMessage[], from: number, variant: number) => Result,
): (messages: readonly LiveMessage[], from: number, variant: number) => Result {
  const resultsByMessages = new WeakMap<readonly LiveMessage[], Map<string, Result>>();
  return (messages, from, variant) => {
    let results = resultsByMessages.get(messages);
    if (results === undefined) {
      results = new Map();
      resultsByMessages.set(messages, results);
    }
    const key = `${from} ${variant}`;
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
