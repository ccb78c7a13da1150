/** The faults that a test can set. Killing, freezing and emptying are real: the test does them to the process and its folder. */
export interface Faults {
  /** Milliseconds that every append waits before it is stored. */
  readonly appendDelayMs: number;
  /** Refuses appends, as if the disk were full. */
  readonly full: boolean;
  /** `full` after this many more appends; 0: never. */
  readonly appendsUntilFull: number;
  /** Refuses every append and read, as for a user without permission. */
  readonly accessDenied: boolean;
  /** This many of the next appends are stored, and their connection is dropped instead of an answer. */
  readonly answersToLose: number;
  /** Drops the connection of a subscription, with everything else on it, after this many events; 0: never. */
  readonly cutAfterEvents: number;
  /** Ends a subscription without an error after this many events; 0: never. */
  readonly endAfterEvents: number;
  /** Checkpoints as servers before 24.10.5 and 25.0.1 sometimes sent them: of an earlier position, or of none. */
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

/** The current faults. */
export class FaultSettings {
  #faults = noFaults;

  get now(): Faults {
    return this.#faults;
  }

  /** Changes the given faults, and leaves the rest. */
  change(changed: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...changed };
  }

  /** True if this answer must be lost; counts it as lost. */
  loseAnswer(): boolean {
    const { answersToLose } = this.#faults;
    if (answersToLose === 0) return false;
    this.change({ answersToLose: answersToLose - 1 });
    return true;
  }

  /** True if this append is refused; otherwise counts down to the refusal. */
  refuseAsFull(): boolean {
    const { full, appendsUntilFull: left } = this.#faults;
    if (left > 0) this.change({ appendsUntilFull: left - 1, full: left === 1 });
    return full;
  }

  nowMs(): number {
    return Date.now() + this.#faults.clockAheadMs;
  }
}
