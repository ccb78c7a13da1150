import { expect, test } from '@jest/globals';
import { momentsOf, positionOf } from '../../console/src/pages/session/moments.ts';

const [one, two, three] = ['2026-11-21T10:00:00.000Z', '2026-11-21T10:00:00.001Z', '2026-11-21T11:00:00.000Z'] as const;

test('moments are each there once, in order', () => {
  expect(momentsOf([three, one, two, one])).toEqual([one, two, three]);
});

test.each([
  ['now', null, 3],
  ['a moment', two, 1],
  ['a time between two of them', '2026-11-21T10:30:00.000Z', 1],
  ['a time after all of them', '2026-11-22T00:00:00.000Z', 2],
  ['a time before all of them', '2026-11-20T00:00:00.000Z', 0],
])('the slider is where %s is', (_what, asOf, position) => {
  expect(positionOf([one, two, three], asOf)).toBe(position);
});

test('where nothing is known yet, the slider is at its only end', () => {
  expect([positionOf([], null), positionOf([], one)]).toEqual([0, 0]);
});
