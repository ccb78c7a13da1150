/** Waits, but no longer than until the signal aborts. */
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
 * What the promise gives, or `late` where it has not settled in time or the signal aborts before: then its outcome, also an
 * error, is dropped.
 */
export function within<Result, Late>(
  promise: Promise<Result>,
  { ms, late, signal }: { readonly ms: number; readonly late: Late; readonly signal?: AbortSignal },
): Promise<Result | Late> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      resolve(late);
    };
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp, { once: true });
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    promise.then(resolve, reject).finally(settled);
    if (signal?.aborted === true) giveUp();
  });
}
