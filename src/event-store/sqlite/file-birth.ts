import { chmodSync, statSync } from 'node:fs';

/** Milliseconds in which the clock of every file system makes a step: that of Linux makes one each 1 to 10 ms. */
const clockStepMsMax = 20;

/**
 * When a file was created, in nanoseconds since 1970: a copy of it was created later, wherever it is. Null where the file system
 * does not say. Some say when the file was last changed instead; so it is changed here (to the permissions that it has), which
 * must not change when it was created.
 */
export function bornAtNs(file: string): bigint | null {
  try {
    for (let waitedMs = 0; waitedMs <= clockStepMsMax; waitedMs += 1) {
      const { birthtimeNs, ctimeNs, mode } = statSync(file, { bigint: true });
      if (birthtimeNs === 0n) return null;
      if (birthtimeNs < ctimeNs) return birthtimeNs;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      chmodSync(file, Number(mode) & 0o7777);
    }
    return null;
  } catch {
    return null;
  }
}
