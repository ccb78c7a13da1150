import { beforeEach, expect, test } from '@jest/globals';
import { noteAnswer, serverAheadMs, serverNow } from '../../console/src/api/server-clock.ts';

/** Noon by the server's clock, as an answer carries it. */
const noonMs = Date.parse('2026-11-21T12:00:00Z');
const atNoon = new Response(null, { headers: { date: new Date(noonMs).toUTCString() } });

beforeEach(() => serverAheadMs.set(0));

test.each([
  ['agrees', 400, 700, 0],
  ['agrees within a slow answer', -900, 50, 0],
  ['is behind', -60_000, -60_000, 60_500],
  ['is ahead', 300_000, 301_000, -300_000],
] as const)('a clock of this device that %s', (_name, sentMs, answeredMs, aheadMs) => {
  noteAnswer(atNoon, noonMs + sentMs, noonMs + answeredMs);
  expect(serverAheadMs.get()).toBe(aheadMs);
});

test('what is known stays while answers agree with it, however slow they are', () => {
  noteAnswer(atNoon, noonMs - 60_000, noonMs - 60_000);
  noteAnswer(atNoon, noonMs - 61_000, noonMs - 55_000);
  expect(serverAheadMs.get()).toBe(60_500);
  expect(serverNow() - Date.now()).toBeCloseTo(60_500, -2);
});

test('an answer without a Date says nothing', () => {
  noteAnswer(new Response(), 0, 0);
  expect(serverAheadMs.get()).toBe(0);
});
