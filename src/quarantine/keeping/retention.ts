import { steadyClock, type Clock } from '../../kernel/clock.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import type { Quarantine } from './quarantine-log.ts';

export interface QuarantineRetention {
  /** Resolves after the current run. */
  stop(): Promise<void>;
}

interface QuarantineRetentionOptions {
  readonly quarantine: Pick<Quarantine, 'removeOld'>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly elapsedMs?: Clock;
  readonly logger: Logger;
}

/**
 * Removes old callbacks now and regularly, if the clock is trusted: never right after the start. For the process that
 * appends to the log.
 */
export function startQuarantineRetention(options: QuarantineRetentionOptions): QuarantineRetention {
  const { quarantine, everyMs, clock, elapsedMs = steadyClock, logger } = options;
  const readTrustedClock = detectClockJumps({ clock, elapsedMs });
  let isStopped = false;
  let running = Promise.resolve();

  /** Never rejects. */
  const removeOld = async () => {
    const nowMs = isStopped ? null : readTrustedClock();
    if (nowMs === null) return;
    try {
      for (const { reason, events } of await quarantine.removeOld(nowMs)) {
        logger.info({ kind: reason, removed: events }, 'removed callbacks from quarantine by age');
      }
    } catch (error) {
      // Nothing is lost: the next run finds what this one could not remove.
      logger.error(describeFault(error), 'removing callbacks from quarantine failed; it is tried again');
    }
  };
  const run = () => {
    running = running.then(removeOld);
  };
  const timer = setInterval(run, everyMs);
  timer.unref();
  run();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** Milliseconds without a jump before ages are judged by the clock: NTP sets it within minutes of a boot. */
export const clockTrustedAfterMs = 30 * 60_000;

/** Milliseconds by which the clock may deviate between two readings: far more than NTP slews, far less than a day. */
export const clockDeviationMsMax = 60_000;

interface ClocksToCompare {
  readonly clock: Clock;
  /** A monotonic clock, which nobody sets. */
  readonly elapsedMs: Clock;
}

/**
 * Returns a function that reads the clock: null for the first half hour, and for as long after the clock was set or the
 * machine slept, because the clock may jump back. A jump undone between two readings goes unnoticed.
 */
export function detectClockJumps({ clock, elapsedMs }: ClocksToCompare): () => number | null {
  let steadySinceMs = elapsedMs();
  let aheadMs = clock() - steadySinceMs;
  return () => {
    const elapsed = elapsedMs();
    const nowMs = clock();
    if (Math.abs(nowMs - elapsed - aheadMs) > clockDeviationMsMax) steadySinceMs = elapsed;
    aheadMs = nowMs - elapsed;
    return elapsed - steadySinceMs >= clockTrustedAfterMs ? nowMs : null;
  };
}
