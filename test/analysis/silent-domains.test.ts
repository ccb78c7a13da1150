import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { habitWindow, silenceOf, type DomainPush } from '../../src/analysis/missing/missing-callbacks.ts';
import { numRunsOf } from '../support/num-runs.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const window = habitWindow(100 * dayMs);

/** By definition, half minute by half minute: all times are whole minutes. */
function expectedSilence(pushes: readonly DomainPush[]) {
  const steps = (14 * dayMs) / (minuteMs / 2);
  const isPushed = Array.from({ length: steps }, () => false);
  for (const { beganMs, stoppedMs } of pushes) {
    const stop = Number.isNaN(stoppedMs) ? beganMs : Math.max(beganMs, stoppedMs);
    if (stop >= window.toMs && beganMs < window.toMs) return null;
    for (let atMs = beganMs; atMs <= stop; atMs += minuteMs / 2) {
      const step = (atMs - window.fromMs) / (minuteMs / 2);
      if (step >= 0 && step < steps) isPushed[step] = true;
    }
  }
  const pushed = isPushed.flatMap((is, step) => (is ? [step] : []));
  const days = new Set(pushed.map((step) => Math.floor((step * minuteMs) / 2 / dayMs)));
  if (days.size < 7) return null;
  // Steps next to each other are of one push, or of two of which the later began as the earlier stopped.
  const pauses = pushed
    .slice(1)
    .map((step, index) => step - (pushed[index] ?? 0))
    .filter((pause) => pause > 1);
  const usualPauseMs = (Math.max(0, ...pauses) * minuteMs) / 2;
  const sinceMs = window.fromMs + ((pushed.at(-1) ?? 0) * minuteMs) / 2;
  return window.toMs - sinceMs > Math.max(3 * usualPauseMs, 15 * minuteMs) ? { sinceMs, usualPauseMs } : null;
}

const pushes = fc.array(
  fc
    .record({
      day: fc.nat({ max: 15 }),
      minute: fc.constantFrom(0, 1, 700, 1_438, 1_439),
      minutes: fc.constantFrom(0, 1, 2, 600, 1_440, 4_000, NaN),
    })
    .map(({ day, minute, minutes }) => {
      const beganMs = window.fromMs + (day - 2) * dayMs + minute * minuteMs;
      return { beganMs, stoppedMs: beganMs + minutes * minuteMs };
    }),
  { maxLength: 16 },
);

test('property: a domain is silent against its habit exactly where looking at each half minute says so', () => {
  fc.assert(
    fc.property(pushes, (some) => {
      expect(silenceOf(some, window)).toEqual(expectedSilence(some));
    }),
    { numRuns: numRunsOf(300) },
  );
});

test('a domain that pushed each evening is silent after three of its pauses', () => {
  const evenings = (lastDay: number) =>
    Array.from({ length: 10 }, (_, index) => {
      const beganMs = window.toMs - (lastDay + index) * dayMs;
      return { beganMs, stoppedMs: beganMs + 60 * minuteMs };
    });
  expect(silenceOf(evenings(2), window)).toBeNull();
  const usualPauseMs = dayMs - 60 * minuteMs;
  const sinceMs = window.toMs - 3 * dayMs + 60 * minuteMs;
  expect(silenceOf(evenings(3), window)).toEqual({ sinceMs, usualPauseMs });
});
