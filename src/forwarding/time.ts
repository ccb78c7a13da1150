import { steadyClock, type Clock } from '../kernel/clock.ts';

/** Time for forwarding, as a port: tests decide how it passes. */
export interface Time {
  /** For times that are shown, and for giving up, which counts across restarts. */
  readonly clock: Clock;
  /** For pauses. */
  readonly steady: Clock;
  /** Calls back after `ms`, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
  /** From 0 to 1, for pauses. */
  random(): number;
}

/** As it passes on this machine; shown times are those of the given clock. */
export function createTime(clock: Clock): Time {
  return {
    clock,
    steady: steadyClock,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  };
}
