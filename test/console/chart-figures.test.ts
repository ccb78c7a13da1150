import { expect, test } from '@jest/globals';
import { axisTimes, stepPath } from '../../console/src/parts/minute-chart/chart-figures.ts';

test('a step line goes to the right, and back along another one, as the edge of a band', () => {
  expect(stepPath([10, 20], 100)).toBe('M0 10.0H50.0V20.0H100.0');
  expect(stepPath([20, 10], -100)).toBe('M100 20.0H50.0V10.0H0.0');
});

test.each([
  ['three hours', '21:40', '00:40', ['22:00', '22:30', '23:00', '23:30', '00:00', '00:30']],
  ['a day', '00:10', '00:10', ['04:00', '08:00', '12:00', '16:00', '20:00', '00:00']],
])('the axis of %s has round times', (_name, from, to, labels) => {
  const toMs = Date.parse(`2026-11-21T${to}:00Z`);
  const fromMs = Date.parse(`2026-11-20T${from}:00Z`);
  const times = axisTimes({ fromMs, toMs });
  expect(times.map(({ atMs }) => new Date(atMs).toISOString().slice(11, 16))).toEqual(labels);
  expect(times.map(({ share, atMs }) => share - (atMs - fromMs) / (toMs - fromMs))).toEqual(labels.map(() => 0));
});
