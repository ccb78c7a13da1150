/** Where the clock was set back, what was noted before counts as being of now: else nothing would follow until the clock has caught up. */
export function moveToPast(times: Map<string, number>, nowMs: number): void {
  for (const [key, atMs] of times) if (atMs > nowMs) times.set(key, nowMs);
}
