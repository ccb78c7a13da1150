import { expect, test } from '@jest/globals';
import { Notifier } from '../../src/kernel/notifier.ts';
import { readChangesFrom } from '../../src/live/subscriber-group.ts';
import { positionAfterCheckpoint } from '../../src/projecting/changes.ts';

test('the first page comes even if it is empty, the next ones once there is more, and none is read after the end', async () => {
  const notifications = new Notifier();
  const stop = new AbortController();
  let [newest, reads] = [0n, 0];
  const read = () => {
    reads += 1;
    return { to: positionAfterCheckpoint(newest), isLast: true };
  };
  const from = positionAfterCheckpoint(0n);
  const pages = readChangesFrom(read, from, notifications, stop.signal);
  expect((await pages.next()).value?.to.position).toBe(0n);
  const next = pages.next();
  // Nothing has changed.
  notifications.notify();
  while (reads < 2) await new Promise(setImmediate);
  newest = 5n;
  notifications.notify();
  expect((await next).value?.to.position).toBe(5n);
  const last = pages.next();
  stop.abort();
  expect(await last).toEqual({ done: true, value: undefined });
  expect(reads).toBe(3);
});
