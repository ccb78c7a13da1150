import { expect, test } from '@jest/globals';
import {
  clockDeviationMsMax,
  clockTrustedAfterMs,
  detectClockJumps,
} from '../../../src/quarantine/keeping/retention.ts';

const dayMs = 24 * 3_600_000;

/** A clock of the machine that is set, beside one that only runs. */
function machine(nowMs = 1_600_000_000_000) {
  let elapsedMs = 5_000;
  const read = detectClockJumps({ clock: () => nowMs, elapsedMs: () => elapsedMs });
  return {
    read,
    run: (ms: number) => {
      elapsedMs += ms;
      nowMs += ms;
      return read();
    },
    set: (ms: number) => {
      nowMs += ms;
      return read();
    },
  };
}

test('a clock is read once it has been watched for half an hour', () => {
  const { read, run } = machine(1_000);
  expect(read()).toBeNull();
  expect(run(clockTrustedAfterMs - 1)).toBeNull();
  expect(run(1)).toBe(1_000 + clockTrustedAfterMs);
});

test.each([
  ['forward', 31 * dayMs],
  ['back', -400 * dayMs],
  ['forward by little more than a minute', clockDeviationMsMax + 1],
])('one that is set %s is not read for half an hour', (_name, ms) => {
  const { run, set } = machine();
  expect(run(dayMs)).not.toBeNull();
  expect(set(ms)).toBeNull();
  expect(run(clockTrustedAfterMs - 1)).toBeNull();
  expect(run(1)).not.toBeNull();
});

test('one that is set for a moment is not read until half an hour after it was set back', () => {
  const { run, set } = machine();
  run(dayMs);
  expect(set(31 * dayMs)).toBeNull();
  expect(run(500)).toBeNull();
  expect(set(-31 * dayMs)).toBeNull();
  expect(run(clockTrustedAfterMs - 1)).toBeNull();
  expect(run(1)).not.toBeNull();
});

test('one that is slewed is read all the time, however far that brings it', () => {
  const { run, set } = machine();
  run(dayMs);
  for (let hours = 0; hours < 1_000; hours += 1) {
    expect(set(2_000)).not.toBeNull();
    expect(run(3_600_000)).not.toBeNull();
  }
});
