import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import {
  decodeCallback,
  decodeOutcome,
  encodeCallback,
  encodeOutcome,
  openFrames,
  type LinkedCallback,
} from '../../src/primary/frames.ts';

/** Collects what is written to it, and hands on what is given in the chunks that a test chooses. */
class Wire extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {
    // The test pushes.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }
}

const callbacks: fc.Arbitrary<LinkedCallback> = fc.record({
  number: fc.nat(2 ** 32 - 1),
  requestId: fc.string({ maxLength: 200, unit: 'binary' }),
  incoming: fc.record({
    body: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
    token: fc.option(fc.string({ minLength: 1, maxLength: 256 })),
    remoteAddress: fc.constantFrom('127.0.0.1', '2001:db8::1', ''),
    contentType: fc.option(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), { nil: undefined }),
    arrived: fc.record({ eventId: fc.uuid(), atMs: fc.nat() }),
  }),
});

test('callbacks arrive as they were sent, in order, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(callbacks, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 2_000 })),
      async (sent, cuts) => {
        const out = new Wire();
        const frames = openFrames(out as unknown as Socket, () => undefined);
        for (const callback of sent) frames.send(encodeCallback(callback));
        frames.end();
        await new Promise((resolve) => out.once('finish', resolve));
        const bytes = Buffer.concat(out.written);

        const received: LinkedCallback[] = [];
        const into = new Wire();
        openFrames(into as unknown as Socket, (frame) => received.push(decodeCallback(frame)));
        let at = 0;
        for (const cut of cuts) into.push(bytes.subarray(at, (at = Math.min(bytes.length, at + cut))));
        into.push(bytes.subarray(at));
        into.push(null);
        await new Promise((resolve) => into.once('end', resolve));
        expect(received).toEqual(sent);
      },
    ),
    { numRuns: 50 },
  );
});

test('an outcome arrives as it was sent: stored, or refused with its code and message', () => {
  const refusal = { code: 'QUARANTINE_FULL', message: 'The quarantine is full – até já.' } as const;
  for (const one of [null, refusal]) {
    const [head = Buffer.alloc(0), rest = Buffer.alloc(0)] = encodeOutcome(2 ** 32 - 1, one);
    expect(decodeOutcome(Buffer.concat([head, rest]))).toEqual({ number: 2 ** 32 - 1, refusal: one });
  }
});
