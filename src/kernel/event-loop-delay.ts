import { steadyClock, type Clock } from './clock.ts';

/** Milliseconds between two measurements. */
const measureEveryMs = 100;

/** How late the event loop of this thread is. */
export interface EventLoopDelay {
  /**
   * Milliseconds that something which could be handled now has been waiting at most: since the loop should have run the timer of
   * this measurement, or as late as it ran it the last time, because what arrived meanwhile is handled after it.
   */
  delayMs(): number;
  stop(): void;
}

/** Measures by a timer, which does not keep the process alive. `elapsedMs` is a monotonic clock. */
export function measureEventLoopDelay(elapsedMs: Clock = steadyClock): EventLoopDelay {
  let dueAtMs = elapsedMs() + measureEveryMs;
  let previousMs = 0;
  const lateMs = () => Math.max(0, elapsedMs() - dueAtMs);
  const timer = setInterval(() => {
    previousMs = lateMs();
    dueAtMs = elapsedMs() + measureEveryMs;
  }, measureEveryMs);
  timer.unref();
  return {
    delayMs: () => Math.max(lateMs(), previousMs),
    stop() {
      clearInterval(timer);
    },
  };
}
