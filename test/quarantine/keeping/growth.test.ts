import { expect, test } from '@jest/globals';
import { presentRateMs } from '../../../src/quarantine/quarantine.ts';
import { createGrowth } from '../../../src/quarantine/keeping/share.ts';

/** 1,000 bytes at each step of 100 ms. */
function run(growth: ReturnType<typeof createGrowth>, clock: { nowMs: number }, ms: number): void {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.nowMs += 100;
    growth.add(1_000);
  }
}

test('shows a steady rate from its first minute on, and nothing once that has long ended', () => {
  const clock = { nowMs: 0 };
  const growth = createGrowth(() => clock.nowMs);
  expect(growth.bytesPerSecond()).toBe(0);
  run(growth, clock, 60_000);
  expect(growth.bytesPerSecond()).toBeCloseTo(10_000, -2);
  run(growth, clock, 3_600_000);
  expect(growth.bytesPerSecond()).toBeCloseTo(10_000, -2);
  clock.nowMs += presentRateMs;
  expect(growth.bytesPerSecond()).toBeLessThan(5_000);
  clock.nowMs += 20 * presentRateMs;
  expect(growth.bytesPerSecond()).toBe(0);
});
