import { afterEach, expect, test } from '@jest/globals';
import { LedgerError } from '../../src/kernel/errors.ts';
import type { LinkedCallback } from '../../src/primary/frames.ts';
import { keepCallbacks, keptBytesMax, keptCallbacksMax } from '../../src/primary/kept-callbacks.ts';

const incoming = (body: Buffer = Buffer.from('{}')) => ({ body, token: null, remoteAddress: '127.0.0.1' });

function open() {
  const sent: LinkedCallback[] = [];
  return { sent, kept: keepCallbacks((callback) => sent.push(callback)) };
}

const leftOver: (() => void)[] = [];
afterEach(() => {
  for (const settle of leftOver.splice(0)) settle();
});

/** Ends what a test has left without an outcome, so that nothing goes on after it. */
const settleAll = ({ sent, kept }: ReturnType<typeof open>) =>
  leftOver.push(() => {
    for (const { number } of sent) kept.settle(number, null);
  });

test('a callback without an outcome is sent again with the id and the time that it had', async () => {
  const { sent, kept } = open();
  const first = kept.take(incoming(), 'one');
  const second = kept.take(incoming(), 'two');
  kept.settle(sent[0]?.number ?? 0, null);
  expect(await first).toBeNull();
  kept.sendAgain();
  expect(sent).toHaveLength(3);
  expect(sent[2]).toEqual(sent[1]);
  expect(sent[1]?.incoming.arrived.eventId).not.toBe(sent[0]?.incoming.arrived.eventId);
  kept.settle(sent[2]?.number ?? 0, { code: 'QUARANTINE_FULL', message: 'Full.' });
  expect(await second).toMatchObject({ code: 'QUARANTINE_FULL', message: 'Full.' });
  // Both processes may have answered.
  kept.settle(sent[2]?.number ?? 0, null);
});

test('more callbacks than may wait are refused, and those that wait are not', async () => {
  const opened = open();
  settleAll(opened);
  const { sent, kept } = opened;
  for (let count = 0; count < keptCallbacksMax; count += 1) void kept.take(incoming(), 'waits');
  expect(await kept.take(incoming(), 'refused')).toMatchObject({ code: 'STORE_OVERLOADED' });
  expect(sent).toHaveLength(keptCallbacksMax);
  kept.settle(sent[0]?.number ?? 0, null);
  void kept.take(incoming(), 'waits');
  expect(sent).toHaveLength(keptCallbacksMax + 1);
});

test('more bytes than may wait are refused', async () => {
  const opened = open();
  settleAll(opened);
  const { kept } = opened;
  void kept.take(incoming(Buffer.alloc(keptBytesMax - 1)), 'waits');
  const refusal = await kept.take(incoming(), 'refused');
  expect(refusal).toBeInstanceOf(LedgerError);
  expect(refusal?.code).toBe('STORE_OVERLOADED');
});
