import { expect, test } from '@jest/globals';
import { watchChanges } from '../../src/kernel/notifier.ts';

test('notifies when the checkpoint moves, ignores failed reads, and reads no more once stopped', () => {
  let checkpoint: bigint | Error | null = null;
  let reads = 0;
  let notifications = 0;
  const watch = watchChanges(
    () => {
      reads += 1;
      if (checkpoint instanceof Error) throw checkpoint;
      return checkpoint;
    },
    () => {
      notifications += 1;
    },
  );
  watch.check();
  expect(notifications).toBe(0);
  checkpoint = 1n;
  watch.check();
  watch.check();
  expect(notifications).toBe(1);
  checkpoint = new Error('busy');
  watch.check();
  checkpoint = 2n;
  watch.check();
  expect(notifications).toBe(2);
  watch.stop();
  const before = reads;
  checkpoint = 3n;
  watch.check();
  expect([notifications, reads]).toEqual([2, before]);
});
