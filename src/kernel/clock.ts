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

/** Resolves after this time, or as soon as the signal aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/**
 * Repeats work that fails, until it succeeds or the signal aborts. `failed` is called with each error, and returns in how many
 * milliseconds the work is tried again; null: never.
 */
export async function untilDone(
  work: () => Promise<void> | void,
  signal: AbortSignal,
  failed: (error: unknown) => number | null,
): Promise<void> {
  const isAborted = () => signal.aborted;
  while (!isAborted()) {
    try {
      await work();
      return;
    } catch (error) {
      const againAfterMs = isAborted() ? null : failed(error);
      if (againAfterMs === null) return;
      await delay(againAfterMs, signal);
    }
  }
}

/** The promise's result; `late` if it takes too long or the signal aborts: then even its error is dropped. */
export function within<Result, Late>(
  promise: Promise<Result>,
  { ms, late, signal }: { readonly ms: number; readonly late: Late; readonly signal?: AbortSignal },
): Promise<Result | Late> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    const giveUp = () => {
      stopWaiting();
      resolve(late);
    };
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(stopWaiting);
    if (signal?.aborted === true) giveUp();
  });
}

/**
 * Does work with a signal that aborts with the given one, or after this time, with a `TimeoutError`. `prolong` begins the time anew.
 * `AbortSignal.any` is no substitute: on Node 20 an `AbortSignal.timeout` in it may be garbage collected, and then never aborts
 * (nodejs/node#57736).
 */
export async function withTimeLimit<Result>(
  { ms, signal }: { readonly ms: number; readonly signal?: AbortSignal | undefined },
  work: (limited: AbortSignal, prolong: () => void) => Promise<Result>,
): Promise<Result> {
  const limited = new AbortController();
  const abort = () => limited.abort(signal?.reason);
  const timer = setTimeout(() => limited.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await work(limited.signal, () => timer.refresh());
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Bounds for the delay after a failure. */
interface Backoff {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Doubles from `attempt` 0 on, random in the upper half, so that processes that failed together retry apart. */
export function backoffMs(attempt: number, { leastMs, mostMs }: Backoff, random: () => number = Math.random): number {
  const wholeMs = Math.min(mostMs, leastMs * 2 ** Math.min(attempt, 30));
  return wholeMs * (0.5 + 0.5 * random());
}

/** When a day such as `2026-01-31` begins in UTC; NaN if it is none: JavaScript reads the 31st of February as the 3rd of March. */
export function dayBeginsMs(day: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) ? ms : NaN;
}
