import { test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A separate disk in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Fills the disk until no more than `freeBytes` bytes are free. */
  fillUpTo(freeBytes: number): void;
  /** Undoes `fillUpTo`. */
  empty(): void;
  /** Makes it read-only, as the system does after a disk error. */
  makeReadOnly(): void;
  remove(): void;
}

/** Mounts a disk, which only root may do, and not in every container: throws if this user may not. */
export function mountSmallDisk(bytes: number): SmallDisk {
  const folder = makeTemporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder.path], { stdio: 'ignore' });
  const ballast = path.join(folder.path, 'ballast');
  const pieceBytes = 4_096;
  return {
    path: folder.path,
    fillUpTo(freeBytes) {
      const free = () => {
        const { bavail, bsize } = statfsSync(folder.path);
        return bavail * bsize;
      };
      const pieces = Math.floor((free() - freeBytes) / pieceBytes);
      if (pieces > 0) writeFileSync(ballast, Buffer.alloc(pieces * pieceBytes), { flag: 'a' });
    },
    empty() {
      truncateSync(ballast, 0);
    },
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder.path], { stdio: 'ignore' });
    },
    remove() {
      execFileSync('umount', ['--lazy', folder.path], { stdio: 'ignore' });
      rmSync(folder.path, { recursive: true, force: true });
    },
  };
}

/** `test` if a disk can be mounted; otherwise the test is skipped, and a line says so. */
export function testOnSmallDisk(): typeof test.skip {
  try {
    mountSmallDisk(1024 ** 2).remove();
    return test;
  } catch {
    process.stderr.write('skipped: a test that needs a small disk, which only root may mount\n');
    return test.skip;
  }
}
