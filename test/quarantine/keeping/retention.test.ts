import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Quarantine } from '../../../src/quarantine/keeping/quarantine-log.ts';
import {
  clockTrustedAfterMs,
  startQuarantineRetention,
  type QuarantineRetention,
} from '../../../src/quarantine/keeping/retention.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

const dayMs = 24 * 3_600_000;

let retention: QuarantineRetention;
let elapsedMs: number;
let nowMs: number;
beforeEach(() => {
  elapsedMs = 0;
  nowMs = 1_600_000_000_000;
});
afterEach(() => retention.stop());

/** How often the clock was asked: once at each run. */
let runs: number;

function start(removeOld: Quarantine['removeOld'], everyMs = 1): string[] {
  const { logger, lines } = openRecordingLogger();
  runs = 0;
  retention = startQuarantineRetention({
    quarantine: { removeOld },
    everyMs,
    clock: () => ((runs += 1), nowMs),
    elapsedMs: () => elapsedMs,
    logger,
  });
  return lines;
}

/** Both clocks. */
function run(ms: number): void {
  elapsedMs += ms;
  nowMs += ms;
}

const turn = () => new Promise(setImmediate);

test('runs regularly, one at a time', async () => {
  let [removals, atOnce] = [0, 0];
  start(async () => {
    removals += 1;
    atOnce += 1;
    expect(atOnce).toBe(1);
    await turn();
    atOnce -= 1;
    return [];
  });
  run(clockTrustedAfterMs);
  while (removals < 6) await turn();
});

test('removes by age only if the clock has been steady: not at the start, and not after it was set', async () => {
  const removedAtMs: number[] = [];
  start((atMs) => (removedAtMs.push(atMs), Promise.resolve([])));
  const removed = async () => {
    const before = runs;
    while (runs < before + 2) await turn();
    return removedAtMs.splice(0).at(-1) ?? null;
  };
  expect(await removed()).toBeNull();
  run(clockTrustedAfterMs);
  expect(await removed()).toBe(nowMs);
  nowMs += 31 * dayMs;
  await removed();
  expect(await removed()).toBeNull();
  run(clockTrustedAfterMs);
  expect(await removed()).toBe(nowMs);
});

test('a run that fails is logged, and is tried again', async () => {
  let failures = 0;
  const lines = start(() => {
    failures += 1;
    return Promise.reject(new Error('secret'));
  });
  run(clockTrustedAfterMs);
  while (failures < 2) await turn();
  await turn();
  expect(lines.length).toBeGreaterThanOrEqual(1);
  for (const line of lines) {
    expect(line).toContain('removing callbacks from quarantine failed');
    expect(line).not.toContain('secret');
  }
});

test('logs what was removed, with counts', async () => {
  const lines = start(() => Promise.resolve([{ reason: 'FORGED', events: 5 }]));
  run(clockTrustedAfterMs);
  while (lines.length === 0) await turn();
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, kind: 'FORGED', removed: 5 });
});

test('does nothing once it is stopped', async () => {
  let removals = 0;
  start(() => ((removals += 1), Promise.resolve([])));
  run(clockTrustedAfterMs);
  while (removals === 0) await turn();
  await retention.stop();
  const before = removals;
  const until = performance.now() + 20;
  while (performance.now() < until) await turn();
  expect(removals).toBe(before);
});
