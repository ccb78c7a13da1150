import { expect, test } from '@jest/globals';
import { durationParts } from '../../console/src/format/durations.ts';

const text = (ms: number) =>
  durationParts(ms)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');

test.each([
  [0, '0 s'],
  [-5_000, '0 s'],
  [250, '250 ms'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [61_000, '1 min 1 s'],
  [3_599_999, '59 min 59 s'],
  [8_040_000, '2 h 14 min'],
  [7_201_000, '2 h'],
  [86_400_000, '1 d'],
  [90_000_000, '1 d 1 h'],
])('%d ms are %s: the two largest units, cut', (ms, expected) => {
  expect(text(ms)).toBe(expected);
});
