import { expect, test } from '@jest/globals';
import { watchCheckpoint } from '../../src/live/checkpoint-watch.ts';

test('rings where the checkpoint has moved, looks past what can not be read, and looks no more once it is stopped', () => {
  let checkpoint: bigint | Error | null = null;
  let reads = 0;
  let rings = 0;
  const watch = watchCheckpoint(
    () => {
      reads += 1;
      if (checkpoint instanceof Error) throw checkpoint;
      return checkpoint;
    },
    () => {
      rings += 1;
    },
  );
  watch.check();
  expect(rings).toBe(0);
  checkpoint = 1n;
  watch.check();
  watch.check();
  expect(rings).toBe(1);
  checkpoint = new Error('busy');
  watch.check();
  checkpoint = 2n;
  watch.check();
  expect(rings).toBe(2);
  watch.stop();
  const before = reads;
  checkpoint = 3n;
  watch.check();
  expect([rings, reads]).toEqual([2, before]);
});
