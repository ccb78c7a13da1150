/**
 * The times of a lease, in milliseconds of each node's own steady clock: no two clocks are ever compared.
 * `validForMs` is well below `takenOverAfterMs`: a node that cannot renew its lease has stopped before another one begins.
 */
export interface LeaseTimes {
  /** Between two looks at the stream of a target. */
  readonly lookEveryMs: number;
  /** The node that forwards renews its lease this often, if nothing else is to be saved. */
  readonly renewEveryMs: number;
  /** So long after it began its last renewal that succeeded, it stops by itself. */
  readonly validForMs: number;
  /** So long after another node has seen the last renewal, that node takes the lease. */
  readonly takenOverAfterMs: number;
}

/** A dead node is replaced within takenOverAfterMs, two looks and an append of at most 3 seconds: 25 s of the 30 s promised. */
export const leaseTimes: LeaseTimes = {
  lookEveryMs: 1_000,
  renewEveryMs: 5_000,
  validForMs: 10_000,
  takenOverAfterMs: 20_000,
};

/** Targets with a lease: each costs the server a read a second for each node, and up to an append a second. */
export const leasedTargetsMax = 32;

/** Least milliseconds between two saves of the progress: what was taken since is sent again after a crash. */
const saveEveryMs = 1_000;

/** Bytes of progress in a second, on average: a long list of pending callbacks is saved less often. */
const savedBytesPerSecond = 8_192;

/** Milliseconds until the progress is saved again, after one of so many bytes. */
export function saveAgainAfterMs(bytes: number): number {
  return Math.max(saveEveryMs, (bytes / savedBytesPerSecond) * 1_000);
}
