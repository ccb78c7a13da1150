import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PassThrough, type Writable } from 'node:stream';
import * as ws from 'ws';
import type { LiveMessage } from '../../../src/api/subscriptions/live-groups.ts';
import { sendNextFrames, unsentBytesMax } from '../../../src/api/subscriptions/chunks.ts';
import { numRunsOf } from '../../support/num-runs.ts';

function messagesOf(sizes: readonly number[]): LiveMessage[] {
  return sizes.map((size, index) => ({
    at: { position: BigInt(index + 1), ordinal: 0 },
    cursor: String(index + 1),
    json: Buffer.from(JSON.stringify({ data: { number: index + 1, filler: 'ä'.repeat(size) } })),
    secretFields: [],
  }));
}

/** The frame parser of `ws`, which its types do not export. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** The messages that a WebSocket client reads. */
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
  for (const chunk of bytes) source.write(chunk);
  source.end();
  await done;
  return texts;
}

/** Around the lengths at which a frame's header grows. */
const size = fc.oneof(fc.nat(60), fc.integer({ min: 32_700, max: 32_800 }));

test('property: each subscriber reads every message under its own id, whether or not earlier bytes have left', async () => {
  const ids = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(ids, fc.array(size, { minLength: 1, maxLength: 8 }), fc.boolean(), async (all, sizes, leaves) => {
      const messages = messagesOf(sizes);
      const subscribers = all.map((id) => ({ id, encodedId: JSON.stringify(id), next: 0, written: [] as Buffer[] }));
      while (subscribers.some(({ next }) => next < messages.length)) {
        for (const one of subscribers) {
          if (one.next === messages.length) continue;
          one.next += sendNextFrames(one.encodedId, messages, one.next, {
            write(bytes) {
              // Bytes that have left are copied by the system; all others must not change.
              one.written.push(leaves ? Buffer.from(bytes) : bytes);
              return leaves;
            },
          });
        }
      }
      for (const { id, written } of subscribers) {
        expect(await textsOf(written)).toEqual(
          messages.map(({ json }) => ({ id, type: 'next', payload: JSON.parse(json.toString()) as unknown })),
        );
      }
    }),
    { numRuns: numRunsOf(60) },
  );
});

test('a chunk exceeds the limit by its last message at most', () => {
  const messages = messagesOf(Array.from({ length: 400 }, () => 150));
  const chunks: number[] = [];
  for (let next = 0; next < messages.length;) {
    next += sendNextFrames(JSON.stringify('1'), messages, next, {
      write({ length }) {
        chunks.push(length);
        return true;
      },
    });
  }
  expect(chunks.length).toBeGreaterThan(1);
  for (const bytes of chunks) expect(bytes).toBeLessThan(unsentBytesMax + 1_000);
});

test('subscribers with ids of one length are sent the same memory', () => {
  const messages = messagesOf([10, 20]);
  const written = ['a', 'b', 'c'].map((id, index) => {
    let memory: Buffer | null = null;
    sendNextFrames(JSON.stringify(id), messages, 0, {
      write(bytes) {
        memory = bytes;
        return index !== 1;
      },
    });
    return memory;
  });
  expect(written[0]).toBe(written[1]);
  // The second did not leave at once, so its memory is not reused.
  expect(written[2]).not.toBe(written[1]);
});
