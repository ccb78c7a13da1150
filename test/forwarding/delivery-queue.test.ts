import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterFailure, DeliveryQueue, type Delivery } from '../../src/forwarding/delivery-queue.ts';

const delivery = (position: number, streamName: string): Delivery => ({
  position: BigInt(position),
  streamName,
  recordedAtMs: 0,
  failed: null,
  dueAtMs: 0,
});
const positions = (deliveries: Iterable<Delivery>) => [...deliveries].map(({ position }) => Number(position));

function fail(queue: DeliveryQueue, failing: Delivery, dueAtMs: number): void {
  failing.failed = afterFailure(failing, 'TIMEOUT', 0);
  failing.dueAtMs = dueAtMs;
  queue.retry(failing);
}

test('of each stream only the oldest may be sent, and a stream that fails keeps no other waiting', () => {
  const queue = new DeliveryQueue();
  const [a1, a2, b3] = [delivery(1, 'a'), delivery(2, 'a'), delivery(3, 'b')];
  for (const one of [a1, a2, b3]) queue.add(one);
  expect([queue.take(0), queue.take(0), queue.take(0)]).toEqual([a1, b3, null]);
  fail(queue, a1, 100);
  expect([queue.take(99), queue.nextDueAtMs()]).toEqual([null, 100]);
  expect(queue.take(100)).toBe(a1);
  queue.remove(a1);
  expect(queue.take(100)).toBe(a2);
  expect(positions(queue.all())).toEqual([2, 3]);
});

test('without order nothing waits for what failed before it in its stream; what is read again waits for itself', () => {
  const queue = new DeliveryQueue(false);
  const [a1, a2] = [delivery(1, 'a'), delivery(2, 'a')];
  for (const one of [a1, a2]) queue.add(one);
  expect([queue.take(0), queue.take(0)]).toEqual([a1, a2]);
  fail(queue, a1, 100);
  queue.remove(a2);
  expect([queue.take(99), queue.take(100)]).toEqual([null, a1]);
  queue.removeAfter(0n);
  const again = delivery(1, 'a');
  queue.add(again);
  expect(queue.take(100)).toBeNull();
  queue.remove(a1);
  expect(queue.take(100)).toBe(again);
});

test('what is removed while it is under way still keeps its stream', () => {
  const queue = new DeliveryQueue();
  const [a1, a2] = [delivery(1, 'a'), delivery(2, 'a')];
  queue.add(a1);
  queue.add(a2);
  queue.take(0);
  expect(queue.removeAfter(0n)).toEqual([a1, a2]);
  const again = delivery(1, 'a');
  queue.add(again);
  expect([queue.size, queue.has(a1), queue.take(0)]).toEqual([1, false, null]);
  fail(queue, a1, 0);
  expect([queue.take(0), queue.take(0)]).toEqual([again, null]);
});

test('what was delivered after it was removed leaves what was read again in its place', () => {
  const queue = new DeliveryQueue();
  const [first, again] = [delivery(1, 'a'), delivery(1, 'a')];
  queue.add(first);
  queue.take(0);
  queue.removeAfter(0n);
  queue.add(again);
  queue.remove(first);
  expect([queue.has(again), queue.size, queue.take(0)]).toEqual([true, 1, again]);
});

test('of several that have failed, the first one that is due is waited for', () => {
  const queue = new DeliveryQueue();
  const failing = ['a', 'b', 'c'].map((stream, index) => delivery(index, stream));
  for (const one of failing) queue.add(one);
  for (const [index, one] of failing.entries()) {
    queue.take(0);
    fail(queue, one, [30, 10, 20][index] ?? 0);
  }
  expect([queue.nextDueAtMs(), queue.take(10)]).toEqual([10, failing[1]]);
});

type Step = 'take' | 'deliver' | 'fail' | 'wait' | 'replay';
const steps = fc.array(fc.constantFrom<Step>('take', 'take', 'deliver', 'deliver', 'fail', 'wait', 'replay'), {
  maxLength: 200,
});

test('whatever fails and is replayed, everything is delivered, each stream in order, never two of one at once', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), steps, (streams, taken) => {
      const queue = new DeliveryQueue();
      const log = streams.map((streamName, index) => ({ position: index + 1, streamName }));
      const addAfter = (position: number) => {
        for (const one of log.slice(position)) queue.add(delivery(one.position, one.streamName));
      };
      addAfter(0);
      let nowMs = 0;
      const underWay: Delivery[] = [];
      const delivered = new Map<string, number[]>();
      const take = () => {
        const next = queue.take(nowMs);
        if (next === null) return false;
        expect(underWay.map(({ streamName }) => streamName)).not.toContain(next.streamName);
        underWay.push(next);
        return true;
      };
      const deliver = () => {
        const done = underWay.shift();
        if (done === undefined) return;
        delivered.set(done.streamName, [...(delivered.get(done.streamName) ?? []), Number(done.position)]);
        queue.remove(done);
      };
      const failFirst = () => {
        const failing = underWay.shift();
        if (failing !== undefined) fail(queue, failing, nowMs + 7);
      };
      const replay = () => {
        const after = Math.floor(log.length / 2);
        queue.removeAfter(BigInt(after));
        addAfter(after);
      };
      for (const step of taken) {
        if (step === 'take') take();
        else if (step === 'deliver') deliver();
        else if (step === 'wait') nowMs += 5;
        else if (step === 'replay') replay();
        else failFirst();
      }
      nowMs = Infinity;
      while (take() || underWay.length > 0) deliver();
      expect([queue.size, queue.nextDueAtMs()]).toEqual([0, null]);
      for (const streamName of new Set(streams)) {
        const expected = log.filter((one) => one.streamName === streamName).map(({ position }) => position);
        // Repeats apart, each position comes for the first time in order.
        expect([...new Set(delivered.get(streamName))]).toEqual(expected);
      }
    }),
  );
});
