/** The current time in milliseconds since 1970-01-01T00:00:00Z. A port, so that tests can set the time. */
export type Clock = () => number;

/** The machine's clock, which operators and NTP may set. */
export const systemClock: Clock = () => Date.now();

/** Milliseconds since the process began. Nobody can set it, so it measures durations whatever happens to `systemClock`. */
export const steadyClock: Clock = () => performance.now();

/** After the clock was set back, moves later times to now; otherwise nothing would follow until the clock has caught up. */
export function moveToPast(times: Map<string, number>, nowMs: number): void {
  for (const [key, atMs] of times) if (atMs > nowMs) times.set(key, nowMs);
}
