import { steadyClock, type Clock } from '../kernel/clock.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { onEachNotification, type Notifications } from '../kernel/notifier.ts';
import type { KnownDecisions, QuarantineRemoval, Removal } from './removal.ts';

/** Milliseconds between two attempts to make room in a full quarantine: a flood must not keep the log busy. */
export const makeRoomEveryMs = 60_000;

export interface QuarantineRetention {
  /** The quarantine of a reason is full: removes decided callbacks soon, at most once a minute. */
  makeRoom(): void;
  /** Resolves after the current run. */
  stop(): Promise<void>;
}

export interface QuarantineRetentionOptions {
  readonly quarantine: QuarantineRemoval;
  /** Called in each run: a node may get its read model later. */
  readonly decisions: () => KnownDecisions;
  /** Notified when decisions become readable, or when events were added other than by this process's quarantine. */
  readonly changed: Notifications;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly elapsedMs?: Clock;
  readonly logger: Logger;
}

/**
 * Runs now, regularly, and when `changed` is notified. Removes decided callbacks if room is short, and old ones if the
 * clock is trusted: never right after the start. For the process that appends to the log.
 */
export function startQuarantineRetention(options: QuarantineRetentionOptions): QuarantineRetention {
  const { quarantine, decisions, changed, everyMs, clock, elapsedMs = steadyClock, logger } = options;
  const readTrustedClock = detectClockJumps({ clock, elapsedMs });
  const abort = new AbortController();
  let running = Promise.resolve();
  let madeRoomAtMs = -Infinity;

  /** Runs one at a time; a failure does not prevent later runs. Never rejects. */
  const enqueue = (run: () => Promise<void>) =>
    (running = running
      .then(() => (abort.signal.aborted ? undefined : run()))
      .catch((error: unknown) => {
        // Nothing is lost: the next run finds what this one could not remove.
        logger.error(describeFault(error), 'removing callbacks from quarantine failed; it is tried again');
      }));
  const logRemoval = ({ reason, events, undecided }: Removal) => {
    if (undecided === 0) return;
    logger.warn(
      { kind: reason, removed: events, undecided },
      'removed callbacks from quarantine by age, some undecided',
    );
  };
  const removeOld = async () => {
    const nowMs = readTrustedClock();
    if (nowMs !== null) await quarantine.removeOld(nowMs, decisions(), logRemoval);
  };
  const removeDecided = () => enqueue(() => quarantine.removeDecided(decisions()));
  const run = () => {
    void enqueue(removeOld);
    void removeDecided();
  };
  const timer = setInterval(run, everyMs);
  timer.unref();
  run();
  void onEachNotification(changed, abort.signal, removeDecided);
  return {
    makeRoom() {
      const nowMs = elapsedMs();
      if (nowMs - madeRoomAtMs < makeRoomEveryMs) return;
      madeRoomAtMs = nowMs;
      void removeDecided();
    },
    async stop() {
      abort.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/** Milliseconds without a jump before ages are judged by the clock: NTP sets it within minutes of a boot. */
export const clockTrustedAfterMs = 30 * 60_000;

/** Milliseconds by which the clock may deviate between two readings: far more than NTP slews, far less than a day. */
export const clockDeviationMsMax = 60_000;

export interface ClocksToCompare {
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
