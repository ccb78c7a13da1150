export interface Backoff {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * Milliseconds to wait after a failure, `attempt` being 0 for the first: doubled each time up to the most, and spread over
 * the upper half, so that processes that failed together do not come back together.
 */
export function backoffMs(attempt: number, { leastMs, mostMs }: Backoff, random: () => number = Math.random): number {
  const wholeMs = Math.min(mostMs, leastMs * 2 ** Math.min(attempt, 30));
  return wholeMs * (0.5 + 0.5 * random());
}
