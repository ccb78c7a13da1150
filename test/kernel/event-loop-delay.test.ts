import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { measureEventLoopDelay, type EventLoopDelay } from '../../src/log/spool/spooling-append.ts';

let elapsedMs: number;
let measured: EventLoopDelay;
beforeEach(() => {
  jest.useFakeTimers();
  elapsedMs = 1_000;
  measured = measureEventLoopDelay(() => elapsedMs);
});
afterEach(() => {
  measured.stop();
  jest.useRealTimers();
});

/** Time passes; the loop runs its timers only afterwards. */
function run(ms: number): void {
  elapsedMs += ms;
  jest.advanceTimersByTime(ms);
}

test('is none while the timer runs when it is due', () => {
  for (let times = 0; times < 5; times += 1) {
    expect(measured.delayMs()).toBe(0);
    run(100);
  }
});

test('grows while the loop is blocked, counts for what arrived meanwhile, and is gone after the next timer', () => {
  elapsedMs += 100 + 700;
  expect(measured.delayMs()).toBe(700);
  jest.advanceTimersByTime(100);
  expect(measured.delayMs()).toBe(700);
  run(100);
  expect(measured.delayMs()).toBe(0);
});
