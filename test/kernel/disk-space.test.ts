import { expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { DiskNearlyFull, isNearlyFull, measureDiskSpace, reserveBytesMost } from '../../src/kernel/disk.ts';

test('the reserve is a part of the disk, and never more than its bound', () => {
  const { freeBytes, reserveBytes } = measureDiskSpace(tmpdir());
  expect(freeBytes).toBeGreaterThan(0);
  expect(reserveBytes).toBeGreaterThan(0);
  expect(reserveBytes).toBeLessThanOrEqual(reserveBytesMost);
});

test('a folder that cannot be asked about counts as having room', () => {
  expect(isNearlyFull(measureDiskSpace('/no/such/folder'))).toBe(false);
});

test('nearly full is when no more than the reserve is left; the message says how much both are', () => {
  const space = { freeBytes: 3 * 1024 ** 2, reserveBytes: 6 * 1024 ** 2 };
  expect([isNearlyFull(space), isNearlyFull({ ...space, freeBytes: space.reserveBytes + 1 })]).toEqual([true, false]);
  expect(new DiskNearlyFull(space).message).toContain('3.0 MiB are free, and 6.0 MiB are kept');
});
