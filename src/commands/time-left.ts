import { performance } from 'node:perf_hooks';

/** From now on: the seconds that the rest takes at the pace so far, of `done` of `total`. Infinity before anything is done. */
export function createTimeLeft(): (done: number, total: number) => number {
  const begunMs = performance.now();
  return (done, total) => Math.ceil(((performance.now() - begunMs) / 1_000 / done) * (total - done));
}
