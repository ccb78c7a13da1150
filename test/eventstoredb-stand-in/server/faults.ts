/**
 * What a test can make go wrong. Killing, freezing and emptying are real: the test does them to the process and its
 * folder.
 */
export interface Faults {
  /** Milliseconds that every append waits before it is stored. */
  readonly appendDelayMs: number;
  /** Refuses appends, as with a full disk. */
  readonly full: boolean;
  /** `full` after so many more appends; 0: never. */
  readonly appendsUntilFull: number;
  /** Refuses every append and read, as for a user without permission. */
  readonly accessDenied: boolean;
  /** This many of the next appends are stored, and their connection is dropped instead of an answer. */
  readonly answersToLose: number;
  /** The connection of a subscription, and everything else on it, is dropped after so many events; 0: never. */
  readonly cutAfterEvents: number;
  /** A subscription is ended after so many events, without an error; 0: never. */
  readonly endAfterEvents: number;
  /** Checkpoints as servers before 24.10.5 and 25.0.1 sent them at times: of an earlier position, or of none. */
  readonly checkpoints: 'right' | 'backward' | 'absurd';
  /** Milliseconds that the server's clock is ahead of the machine's. */
  readonly clockAheadMs: number;
}

export const noFaults: Faults = {
  appendDelayMs: 0,
  full: false,
  appendsUntilFull: 0,
  accessDenied: false,
  answersToLose: 0,
  cutAfterEvents: 0,
  endAfterEvents: 0,
  checkpoints: 'right',
  clockAheadMs: 0,
};

/** The present faults. */
export class FaultSettings {
  #faults = noFaults;

  get now(): Faults {
    return this.#faults;
  }

  /** Changes what is given, and leaves the rest. */
  change(changed: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...changed };
  }

  /** True where this answer is to be lost; one less is left to lose. */
  loseAnswer(): boolean {
    const { answersToLose } = this.#faults;
    if (answersToLose === 0) return false;
    this.change({ answersToLose: answersToLose - 1 });
    return true;
  }

  /** True where this append is refused; one less is taken until then. */
  refuseAsFull(): boolean {
    const { full, appendsUntilFull: left } = this.#faults;
    if (left > 0) this.change({ appendsUntilFull: left - 1, full: left === 1 });
    return full;
  }

  nowMs(): number {
    return Date.now() + this.#faults.clockAheadMs;
  }
}
