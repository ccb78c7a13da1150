/**
 * The times of a lease, in milliseconds of each node's own steady clock: no two clocks are ever compared.
 * `validForMs` is well below `takenOverAfterMs`: a node that cannot renew its lease has stopped before another one begins.
 */
export interface LeaseTimes {
  /** Between two looks at what the nodes have renewed, and at the targets that are due. */
  readonly lookEveryMs: number;
  /** Targets whose streams are read, and to which the progress is saved, at each look, in turn. */
  readonly turnsPerLook: number;
  /** A node renews its lease this often, for all targets that it has. */
  readonly renewEveryMs: number;
  /** A node stops by itself this long after it began its last successful renewal. */
  readonly validForMs: number;
  /** Another node takes a node's targets this long after it has seen that node's last renewal. */
  readonly takenOverAfterMs: number;
}

/**
 * A dead node is replaced within takenOverAfterMs, two looks and an append of at most 3 seconds: 25 s of the 30 s
 * promised. The server gets up to 31 reads and 31 appends a second from each node, whatever the number of targets.
 */
export const leaseTimes: LeaseTimes = {
  lookEveryMs: 1_000,
  turnsPerLook: 30,
  renewEveryMs: 5_000,
  validForMs: 10_000,
  takenOverAfterMs: 20_000,
};

/** Bytes of progress saved in a second, on average, for a target with a turn at each look: a long list of pending callbacks is saved less often. */
const savedBytesPerSecond = 8_192;

/** Milliseconds until the progress is saved again after this many bytes, if a target has its turn at each `looksPerTurn`th look. */
export function saveAgainAfterMs(bytes: number, looksPerTurn: number): number {
  return (bytes / savedBytesPerSecond) * 1_000 * looksPerTurn;
}
