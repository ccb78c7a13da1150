import { storeFailureCountsForMs } from '../connections/limits.ts';
import { readinessCheck, type ReadinessCheck } from '../kernel/readiness.ts';
import type { SpoolFigures } from '../log/spool/spool-count.ts';

/** Whether callbacks can be made durable, in the log or in the spool. */
export interface StorageStatus {
  /** False while the log is not available and no spool accepts callbacks. */
  canStore(): boolean;
  /** The events that wait in the spool; null without a spool. */
  spooled(): SpoolFigures | null;
}

type StoreFailure = 'STORE_UNAVAILABLE' | 'STORE_OVERLOADED';

/** The health of what makes callbacks durable. */
export interface StorageHealth {
  /** Call it for every callback that was made durable. */
  noteStored(): void;
  /** Call it for every callback that could not be made durable. */
  noteNotStored(failure: StoreFailure): void;
  check(): ReadinessCheck;
}

/**
 * Judges the store by the outcome of the newest callback, which says more than a trial write. A load balancer sends no
 * callbacks to a node that is not ready, so none could prove it ready again. A failure therefore counts for a bounded time.
 *
 * @param elapsedMs - milliseconds of a monotonic clock
 */
export function createStorageHealth(canStore: () => boolean, elapsedMs: () => number): StorageHealth {
  let failed: { readonly failure: StoreFailure; readonly atMs: number } | null = null;
  return {
    noteStored() {
      failed = null;
    },
    noteNotStored(failure) {
      failed = { failure, atMs: elapsedMs() };
    },
    check() {
      if (!canStore()) return readinessCheck('store', 'STORE_UNAVAILABLE');
      const counts = failed !== null && elapsedMs() - failed.atMs < storeFailureCountsForMs;
      return readinessCheck('store', counts ? (failed?.failure ?? null) : null);
    },
  };
}
