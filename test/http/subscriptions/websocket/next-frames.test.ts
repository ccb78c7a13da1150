import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PassThrough, type Writable } from 'node:stream';
import * as ws from 'ws';
import type { LiveMessage } from '../../../../src/graphql/subscriptions/live-operations.ts';
import { unsentBytesMax } from '../../../../src/http/subscriptions/backpressure.ts';
import { sendNextFrames, encodeId } from '../../../../src/http/subscriptions/websocket/next-frames.ts';

function messagesOf(sizes: readonly number[]): LiveMessage[] {
  return sizes.map((size, index) => ({
    at: { position: BigInt(index + 1), ordinal: 0 },
    cursor: String(index + 1),
    json: Buffer.from(JSON.stringify({ data: { number: index + 1, filler: 'ä'.repeat(size) } })),
  }));
}

/** As `ws` reads frames; its types do not say that it hands this out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** The messages of a server as a client of WebSockets reads them. */
async function textsOf(bytes: readonly Buffer[]): Promise<unknown[]> {
  const receiver = new Receiver({ isServer: false, maxPayload: 0 });
  const texts: unknown[] = [];
  receiver.on('message', (data: Buffer) => texts.push(JSON.parse(data.toString())));
  const source = new PassThrough();
  const done = new Promise((resolve, reject) => {
    receiver.on('finish', resolve);
    receiver.on('error', reject);
  });
  source.pipe(receiver);
  for (const piece of bytes) source.write(piece);
  source.end();
  await done;
  return texts;
}

/** Around the lengths at which the head of a frame grows. */
const size = fc.oneof(fc.nat(60), fc.integer({ min: 32_700, max: 32_800 }));

test('property: each subscriber reads every message under its own id, whether or not what it is handed has left', async () => {
  const ids = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(ids, fc.array(size, { minLength: 1, maxLength: 8 }), fc.boolean(), async (all, sizes, leaves) => {
      const messages = messagesOf(sizes);
      const subscribers = all.map((id) => ({ id, written: encodeId(id), next: 0, handed: [] as Buffer[] }));
      while (subscribers.some(({ next }) => next < messages.length)) {
        for (const one of subscribers) {
          if (one.next === messages.length) continue;
          one.next += sendNextFrames(one.written, messages, one.next, (bytes) => {
            // What has left is with the system; what has not stays as it is, however long that takes.
            one.handed.push(leaves ? Buffer.from(bytes) : bytes);
            return leaves;
          });
        }
      }
      for (const { id, handed } of subscribers) {
        expect(await textsOf(handed)).toEqual(
          messages.map(({ json }) => ({ id, type: 'next', payload: JSON.parse(json.toString()) as unknown })),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('a piece has no more than is handed over at a time, but for its last message', () => {
  const messages = messagesOf(Array.from({ length: 400 }, () => 150));
  const pieces: number[] = [];
  for (let next = 0; next < messages.length;) {
    next += sendNextFrames(encodeId('1'), messages, next, ({ length }) => {
      pieces.push(length);
      return true;
    });
  }
  expect(pieces.length).toBeGreaterThan(1);
  for (const bytes of pieces) expect(bytes).toBeLessThan(unsentBytesMax + 1_000);
});

test('those with ids of one length are sent from the same memory', () => {
  const messages = messagesOf([10, 20]);
  const handed = ['a', 'b', 'c'].map((id, index) => {
    let memory: Buffer | null = null;
    sendNextFrames(encodeId(id), messages, 0, (bytes) => {
      memory = bytes;
      return index !== 1;
    });
    return memory;
  });
  expect(handed[0]).toBe(handed[1]);
  // The second did not leave at once: its memory is its own from then on.
  expect(handed[2]).not.toBe(handed[1]);
});
