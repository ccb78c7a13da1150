import type { Clock } from '../kernel/clock.ts';
import { describeFault } from '../kernel/fault.ts';
import type { Logger } from '../kernel/logger.ts';
import type { DecidedBefore, Quarantine } from './quarantine.ts';

/** Milliseconds between two sweeps because a share is used up: a flood must not keep the log busy with looking. */
export const sweepForRoomEveryMs = 60_000;

export interface QuarantineSweeping {
  /** Sweeps soon, for room in a share that is used up; at most once a minute. */
  makeRoom(): void;
  /** Ends after the sweep at hand. */
  stop(): Promise<void>;
}

export interface QuarantineSweepingOptions {
  readonly quarantine: Quarantine;
  readonly decidedBefore: DecidedBefore;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Sweeps the quarantine now, then regularly. To be run by the process that holds the log. */
export function startQuarantineSweeping(options: QuarantineSweepingOptions): QuarantineSweeping {
  const { quarantine, decidedBefore, everyMs, clock, logger } = options;
  let running = Promise.resolve();
  let madeRoomAtMs = -Infinity;
  let stopped = false;
  const sweep = () => {
    running = running
      .then(() => (stopped ? undefined : quarantine.sweep(decidedBefore)))
      .catch((error: unknown) => {
        // Nothing is lost: what is too old is met again by the next sweep.
        logger.error(describeFault(error), 'quarantine could not be swept, and is tried again');
      });
  };
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  sweep();
  return {
    makeRoom() {
      const nowMs = clock();
      if (stopped || nowMs - madeRoomAtMs < sweepForRoomEveryMs) return;
      madeRoomAtMs = nowMs;
      sweep();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
