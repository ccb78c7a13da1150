import { expect, test } from '@jest/globals';
import { readRetryAfterMs } from '../../src/forwarding/post.ts';
import { retryPauseMs, targetPauseMs } from '../../src/forwarding/target-health.ts';

test('pauses double from a second to a minute, and are random in their upper half', () => {
  const most = [1, 2, 3, 6, 7, 100].map((failures) => retryPauseMs(failures, () => 1));
  expect(most).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  expect([1, 7].map((failures) => retryPauseMs(failures, () => 0))).toEqual([500, 30_000]);
});

test('a target that has failed 20 times in a row is called again after a second, then later and later', () => {
  expect([20, 21, 40].map((failures) => targetPauseMs(failures, () => 1))).toEqual([1_000, 2_000, 60_000]);
});

test.each([
  ['0', 0],
  ['120', 120_000],
  ['999999', 3_600_000],
  ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
  ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
  ['soon', null],
  ['', null],
])('Retry-After: %s', (header, ms) => {
  expect(readRetryAfterMs(header, Date.parse('2026-01-31T12:00:00Z'))).toBe(ms);
});
