import { describe, expect, test } from '@jest/globals';
import { elapsedMs, orderTimeOf, orderTimeOfExit, shownTimeOf, type OrderOfTask } from '../../src/relay/relay-runs.ts';

const receivedAtMs = 1_600_000_000_000;
const timed = { occurredAtMs: 1_600_000_050_000, receivedAtMs };
const untimed = { occurredAtMs: null, receivedAtMs };
const lastMsOfYear9999 = 253_402_300_799_999;

describe('a callback is ordered', () => {
  test.each([null, -5, timed.occurredAtMs + 1])('by its own time, whatever had arrived before it (%p)', (before) => {
    for (const isActivity of [true, false]) {
      expect(orderTimeOf(timed, before, isActivity)).toBe(timed.occurredAtMs);
    }
  });

  test('without a time: where what had arrived before it is, and a start or an exit right after that', () => {
    expect(orderTimeOf(untimed, timed.occurredAtMs, true)).toBe(timed.occurredAtMs);
    expect(orderTimeOf(untimed, timed.occurredAtMs, false)).toBe(timed.occurredAtMs + 1);
  });

  test.each([null, -5])(
    'by our clock where nothing that had arrived carries a time, before all that does (%p)',
    (before) => {
      const at = (ms: number) => orderTimeOf({ occurredAtMs: null, receivedAtMs: ms }, before, true);
      expect(at(receivedAtMs + 1) - at(receivedAtMs)).toBe(1);
      expect(at(lastMsOfYear9999)).toBeLessThan(0);
      expect(orderTimeOf(untimed, before, false)).toBe(at(receivedAtMs));
    },
  );
});

describe('an exit that does not name a task is, in the order of that task,', () => {
  const task = (hasTimes: boolean, arrivedBeforeMs: number | null): OrderOfTask => ({
    hasTimes: () => hasTimes,
    arrivedBefore: (ms) => (ms === receivedAtMs ? arrivedBeforeMs : NaN),
  });

  test('at its own time, where the task has any', () => {
    expect(orderTimeOfExit(timed, task(true, 7))).toBe(timed.occurredAtMs);
  });

  test('by its arrival, where the task never gave a time', () => {
    expect(orderTimeOfExit(timed, task(false, -5))).toBe(orderTimeOf(untimed, null, false));
  });

  test('right after what had arrived when it did, where it carries no time', () => {
    expect(orderTimeOfExit(untimed, task(true, 7))).toBe(8);
    expect(orderTimeOfExit(untimed, task(false, null))).toBe(orderTimeOf(untimed, null, false));
  });
});

test('a callback is shown with CSS’s time where it carries one, else with ours', () => {
  expect([shownTimeOf(timed), shownTimeOf(untimed)]).toEqual([timed.occurredAtMs, receivedAtMs]);
});

test('the time between two callbacks is of CSS’s clock where both carry one, else of ours: they are never compared', () => {
  const later = { occurredAtMs: timed.occurredAtMs + 7, receivedAtMs: receivedAtMs + 5 };
  const laterUntimed = { ...later, occurredAtMs: null };
  expect(elapsedMs(timed, later)).toBe(7);
  for (const [from, to] of [
    [timed, laterUntimed],
    [untimed, later],
    [untimed, laterUntimed],
  ] as const) {
    expect(elapsedMs(from, to)).toBe(5);
  }
});
