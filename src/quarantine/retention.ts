import { steadyClock, type Clock } from '../kernel/clock.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { detectClockJumps } from './clock-jump-detector.ts';
import type { KnownDecisions, QuarantineRemoval, Removal } from './removal.ts';

/** Milliseconds between two looks for room because a share is used up: a flood must not keep the log busy with looking. */
export const lookForRoomEveryMs = 60_000;

export interface QuarantineRetention {
  /** A share is used up: looks for room in it soon, at most once a minute. */
  makeRoom(): void;
  /** Something was decided, and can be read: looks soon for the room that it gives. */
  decided(): void;
  /** Ends after the sweep at hand. */
  stop(): Promise<void>;
}

export interface QuarantineRetentionOptions {
  readonly quarantine: QuarantineRemoval;
  readonly decisions: KnownDecisions;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly elapsedMs?: Clock;
  readonly logger: Logger;
}

/**
 * Sweeps the quarantine now, then regularly: what is decided, where room is short, and what is too old, where the clock can
 * be believed, so never right after the start. To be run by the process that holds the log.
 */
export function startQuarantineRetention(options: QuarantineRetentionOptions): QuarantineRetention {
  const { quarantine, decisions, everyMs, clock, elapsedMs = steadyClock, logger } = options;
  const readSteadyClock = detectClockJumps({ clock, elapsedMs });
  let running = Promise.resolve();
  let lookedForRoomAtMs = -Infinity;
  let stopped = false;
  let roomIsAwaited = false;

  /** One at a time; none that fails keeps another from being tried. */
  const enqueue = (sweep: () => Promise<void>) => {
    running = running
      .then(() => (stopped ? undefined : sweep()))
      .catch((error: unknown) => {
        // Nothing is lost: what could not be removed is met again by the next sweep.
        logger.error(describeFault(error), 'quarantine could not be swept, and is tried again');
      });
  };
  const removeOld = async () => {
    const nowMs = readSteadyClock();
    if (nowMs !== null) await quarantine.removeOld(nowMs, decisions, tell);
  };
  const removeDecided = () => {
    if (roomIsAwaited || stopped) return;
    roomIsAwaited = true;
    enqueue(() => {
      roomIsAwaited = false;
      return quarantine.removeDecided(decisions);
    });
  };
  const tell = ({ reason, events, undecided }: Removal) => {
    if (undecided === 0) return;
    logger.warn({ kind: reason, removed: events, undecided }, 'callbacks that nobody decided on were too old: removed');
  };
  const sweep = () => {
    enqueue(removeOld);
    removeDecided();
  };
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  sweep();
  return {
    makeRoom() {
      const nowMs = elapsedMs();
      if (nowMs - lookedForRoomAtMs < lookForRoomEveryMs) return;
      lookedForRoomAtMs = nowMs;
      removeDecided();
    },
    decided: removeDecided,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
