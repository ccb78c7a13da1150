import { describe, expect, test } from '@jest/globals';
import { backoffMs } from '../../src/kernel/clock.ts';

const backoff = { leastMs: 100, mostMs: 2_000 };

describe('the pause before another attempt', () => {
  test('is doubled with each, up to the most, however many there were', () => {
    const pausesMs = [0, 1, 2, 3, 4, 5, 6, 1_000_000].map((attempt) => backoffMs(attempt, backoff, () => 1));
    expect(pausesMs).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });

  test('is spread over the upper half, so that many do not come back at once', () => {
    expect(backoffMs(2, backoff, () => 0)).toBe(200);
    const pausesMs = Array.from({ length: 100 }, () => backoffMs(2, backoff));
    expect(new Set(pausesMs).size).toBeGreaterThan(10);
    for (const pauseMs of pausesMs) {
      expect(pauseMs).toBeGreaterThanOrEqual(200);
      expect(pauseMs).toBeLessThanOrEqual(400);
    }
  });
});
