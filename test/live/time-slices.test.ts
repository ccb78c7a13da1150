import { expect, test } from '@jest/globals';
import { createTimeSlices, timeSliceMsMax } from '../../src/live/time-slices.ts';

test('each that waits has a slice of its own, and other work runs before each', async () => {
  const slices = createTimeSlices(() => 0);
  const order: string[] = [];
  const otherWork = () => {
    order.push('other');
    if (order.length < 5) setImmediate(otherWork);
  };
  setImmediate(otherWork);
  await Promise.all(
    ['1', '2', '3'].map(async (name) => {
      await slices.next();
      order.push(name);
    }),
  );
  expect(order).toEqual(['other', '1', 'other', '2', 'other', '3']);
});

test('what is left of a slice is used without a pause, and no more', async () => {
  let nowMs = 0;
  const slices = createTimeSlices(() => nowMs);
  expect(slices.isOver()).toBe(true);
  await slices.next();
  nowMs = timeSliceMsMax - 1;
  expect(slices.isOver()).toBe(false);
  let hadOtherWork = false;
  setImmediate(() => (hadOtherWork = true));
  await slices.next();
  expect(hadOtherWork).toBe(false);
  nowMs = timeSliceMsMax;
  expect(slices.isOver()).toBe(true);
  await slices.next();
  expect(hadOtherWork).toBe(true);
  expect(slices.isOver()).toBe(false);
});
